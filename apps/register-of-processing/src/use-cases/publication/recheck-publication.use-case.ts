import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { PublicationView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { PublicationSignal } from '../../publication/publication-signal.js';
import { Publication } from '../../db/governance.entities.js';
import type { CommandCall } from '../command-call.js';
import { ActingOffice } from '../acting-office.js';
import { GetPublications } from './get-publications.use-case.js';

/** Has an address looked at now, after a party has repaired its website, for example. */
@Injectable()
export class RecheckPublication {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly getPublications: GetPublications,
    private readonly signal: PublicationSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT (replaced) */
  async execute(protocolId: string, id: string, call: CommandCall): Promise<CommandAnswer<PublicationView>> {
    const party = await this.office.party(call);
    await this.getPublications.one(protocolId, id, party);
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [protocolId],
      work: async (tx) => {
        const { state } = await tx.manager.findOneByOrFail(Publication, { id });
        if (state === 'replaced') throw new DomainError('CONFLICT', `Publication ${id} was replaced by another one`);
        await tx.manager.update(Publication, { id }, { nextCheckAt: new Date(tx.now) });
        return { status: 201, result: { id } };
      },
      answer: () => this.getPublications.one(protocolId, id, party),
    });
    this.signal.wake();
    return answer;
  }
}
