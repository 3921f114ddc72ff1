import { Inject, Injectable } from '@nestjs/common';
import { restrictionAcknowledged } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { acknowledgeNotices, type RestrictionNoticeRow, selectNotices } from '../db/subject-stop.statements.js';
import { Restrictions } from './restrictions.js';

/**
 * A recipient says that it has done in its own systems what it was told: restricted, or lifted. Said again it changes
 * nothing.
 *
 * @see GDPR Art. 19
 */
@Injectable()
export class AcknowledgeRestriction {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Restrictions) private readonly restrictions: Restrictions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (told nothing) */
  execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        const { protocol_id: protocolId, subject_ref: subjectRef } = await this.restrictions.find(tx, id, caller.party);
        const told = await tx.query<RestrictionNoticeRow>(selectNotices([id]));
        if (!told.some(({ recipient_party: party }) => party === caller.party)) {
          throw new DomainError('FORBIDDEN', `A recipient acknowledges restriction ${id}`);
        }
        const at = this.clock.now();
        const acknowledged = await tx.query<RestrictionNoticeRow>(acknowledgeNotices(id, caller.party!, new Date(at)));
        for (const notice of acknowledged) {
          await tx.append(restrictionAcknowledged, {
            subject: id,
            data: {
              restrictionId: id,
              protocolId,
              subjectRef,
              told: notice.told,
              recipientParty: notice.recipient_party,
              recipientUnit: notice.recipient_unit,
              acknowledgedAt: formatInstant(at),
            },
            context: info.context,
            protocolId,
            occurredAt: at,
          });
        }
        return { status: 201, result: { id } };
      },
      answer: () => this.restrictions.get(caller, id),
    });
  }
}
