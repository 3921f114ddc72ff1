import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Clock } from '@convenant/kernel';
import type { DraftProtocolRequest } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { parseProtocol } from '@convenant/protocol';
import { checkDraft, type CheckedDraft } from '../domain/draft-check.js';
import type { PartyIds } from '../domain/protocol-history.js';
import { AgreementsInForce } from './agreements-in-force.js';
import { Frameworks } from './frameworks.js';
import { Parties } from './parties.js';

/** What a file turned out to be, for which parties and under which framework. */
export type CheckedFile = CheckedDraft & { readonly parties: PartyIds; readonly frameworkId: string | null };

/** Reads a protocol file for two registered parties. Only one of the two may ask. */
@Injectable()
export class CheckProtocolFile {
  constructor(
    private readonly parties: Parties,
    private readonly frameworks: Frameworks,
    private readonly agreements: AgreementsInForce,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param amends the protocol of which the file is to be a new version
   * @throws DomainError FORBIDDEN (a protocol of others), PARTY_UNKNOWN
   */
  async execute(request: DraftProtocolRequest, party: string | null, amends?: string): Promise<CheckedFile> {
    const { sender, receiver } = request.parties;
    if (party === null || (party !== sender && party !== receiver)) {
      throw new DomainError('FORBIDDEN', 'A protocol is entered by one of its parties');
    }
    const parties = await this.parties.pair(request.parties);
    const of = { sender: parties.sender.id, receiver: parties.receiver.id };
    const parsed = parseProtocol(request.file, { format: request.format });
    const now = this.clock.now();
    const framework = parsed.ok ? await this.frameworks.named(parsed.model.framework, of, now) : null;
    // An amendment is no second protocol: it replaces a version of the same one.
    const other =
      parsed.ok && amends === undefined
        ? await this.agreements.other({ ...of, reference: parsed.model.reference }, null, now)
        : null;
    const checked = checkDraft({ parsed, parties, framework: framework?.facts ?? null, other }, now);
    return { ...checked, parties: of, frameworkId: framework?.id ?? null };
  }
}
