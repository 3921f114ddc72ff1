import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Clock } from '@convenant/kernel';
import type { DraftProtocolRequest } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { checkDraft, type CheckedDraft } from '../domain/draft-check.js';
import type { PartyIds } from '../domain/protocol-history.js';
import { Parties } from './parties.js';

/** Reads a protocol file for two registered parties. Only one of the two may ask. */
@Injectable()
export class CheckProtocolFile {
  constructor(
    private readonly parties: Parties,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError FORBIDDEN (a protocol of others), PARTY_UNKNOWN */
  async execute(request: DraftProtocolRequest, party: string | null): Promise<CheckedDraft & { parties: PartyIds }> {
    const { sender, receiver } = request.parties;
    if (party === null || (party !== sender && party !== receiver)) {
      throw new DomainError('FORBIDDEN', 'A protocol is entered by one of its parties');
    }
    const parties = await this.parties.pair(request.parties);
    const checked = checkDraft({ file: request.file, format: request.format, parties }, this.clock.now());
    return { ...checked, parties: { sender: parties.sender.id, receiver: parties.receiver.id } };
  }
}
