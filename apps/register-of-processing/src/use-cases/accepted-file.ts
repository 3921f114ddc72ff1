import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { DraftProtocolRequest, FindingView } from '@convenant/contracts';
import type { ProtocolModel } from '@convenant/protocol';
import type { PartyIds } from '../domain/protocol-history.js';
import { CheckProtocolFile } from './check-protocol-file.js';
import { hashOfData } from './hash-of-data.js';
import type { FindingOfDraft } from './publish-protocol-event.js';

/** A protocol file in which nothing is wrong enough to refuse it. */
export interface AcceptedDraft {
  readonly parties: PartyIds;
  /** Of an accession: the framework it names. */
  readonly frameworkId: string | null;
  readonly model: ProtocolModel;
  /** SHA-256 of the canonical form, which the officers approve and the signatories sign. */
  readonly dataHash: string;
  readonly findings: readonly FindingOfDraft[];
}

/** Reads a protocol file that is to be entered, as a first draft or as an amendment. */
@Injectable()
export class AcceptedFile {
  constructor(private readonly check: CheckProtocolFile) {}

  /**
   * @param amends the protocol of which it is to be a new version
   * @throws DomainError FORBIDDEN, PARTY_UNKNOWN, PROTOCOL_INVALID (member `findings`: everything found on it)
   */
  async of(request: DraftProtocolRequest, party: string | null, amends?: string): Promise<AcceptedDraft> {
    const checked = await this.check.execute(request, party, amends);
    if (!checked.valid) {
      const errors = checked.findings.filter(({ severity }) => severity === 'error').length;
      throw new DomainError('PROTOCOL_INVALID', `The protocol file has ${errors} error(s)`, {
        members: { findings: checked.findings },
      });
    }
    const { model, parties, frameworkId, canonical } = checked;
    return { parties, frameworkId, model, dataHash: hashOfData(canonical), findings: checked.findings.map(ofEvent) };
  }
}

/** In an event a finding is its code and place; the texts are those of the program that shows it. */
function ofEvent({ code, severity, clause }: FindingView): FindingOfDraft {
  return { code, severity, ...(clause === undefined ? {} : { clause }) };
}
