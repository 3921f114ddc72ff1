import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { DomainError, newId } from '@convenant/kernel';
import type { PublicationView, RecordPublicationRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { refusalOf } from '../../publication/address-rules.js';
import { PublicationSignal } from '../../publication/publication-signal.js';
import { Publication } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { GetPublications } from './get-publications.use-case.js';
import { PublicationOptions } from './publication-options.js';

/**
 * A party says where on its own website it publishes the version in force; its earlier address is replaced. From now on the
 * files are public. It counts as published once the address was seen to hold one of them.
 */
@Injectable()
export class RecordPublication {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getPublications: GetPublications,
    private readonly signal: PublicationSignal,
    private readonly options: PublicationOptions,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (address), TRANSITION_ILLEGAL (never in force, or over) */
  async execute(
    protocolId: string,
    { url }: RecordPublicationRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<PublicationView>> {
    const party = await this.office.party(call);
    await this.governed.sides(protocolId, party);
    if (!URL.canParse(url) || refusalOf(new URL(url), this.options.rules) !== null) {
      throw new DomainError('INPUT_INVALID', 'Nobody looks at such an address', {
        faults: [{ in: 'body', name: '/url', detail: 'must be an https address without port, user and password' }],
      });
    }
    const id = newId();
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [protocolId],
      work: async (tx) => {
        const { version, state } = await this.governed.inForce(protocolId, tx);
        if (state.ended !== null) {
          throw new DomainError('TRANSITION_ILLEGAL', `Protocol ${protocolId} is over: nobody has to publish it`);
        }
        const earlier = { protocolId, party, state: Not('replaced' as const) };
        await tx.manager.update(Publication, earlier, { state: 'replaced', nextCheckAt: null });
        const now = new Date(tx.now);
        await tx.manager.insert(Publication, {
          id,
          protocolId,
          version,
          party,
          url,
          state: 'awaited',
          failures: 0,
          nextCheckAt: now,
          recordedAt: now,
        });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getPublications.one(protocolId, result['id'] as string, party),
    });
    this.signal.wake();
    return answer;
  }
}
