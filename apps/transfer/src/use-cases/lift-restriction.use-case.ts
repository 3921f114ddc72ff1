import { Inject, Injectable } from '@nestjs/common';
import { type EventData, type LiftRestrictionRequest, restrictionLifted } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant, parseInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import {
  insertNotice,
  liftRestriction,
  refreshSubject,
  type RestrictionNoticeRow,
  selectNotices,
  type SubjectStopRow,
} from '../db/subject-stop.statements.js';
import { resumeDeliveries, withholdHeld } from '../db/delivery.statements.js';
import { VaultSignal } from '../vault/vault-signal.js';
import { Restrictions } from './restrictions.js';

/** Why it ends, and when the person was told so (epoch milliseconds, UTC). */
interface Lifting {
  readonly reason: EventData<typeof restrictionLifted>['reason'];
  readonly subjectInformedAt: number;
}

/**
 * Ends a restriction, once, and tells everybody who was told of it. What fell due meanwhile may be erased again, and what was to
 * be delivered is asked about anew.
 *
 * @see GDPR Art. 18(3), Art. 19
 */
@Injectable()
export class LiftRestriction {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Restrictions) private readonly restrictions: Restrictions,
    @Inject(VaultSignal) private readonly vault: VaultSignal,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (another party granted it), CONFLICT (lifted, not applied yet), INPUT_INVALID */
  async execute(caller: CallerIdentity, info: CommandInformation, id: string, body: LiftRestrictionRequest) {
    const answered = await this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        const row = await this.restrictions.find(tx, id, caller.party);
        const subjectInformedAt = instantOf(body.subjectInformedAt);
        this.assertLiftable(row, caller, subjectInformedAt);
        await this.lift(tx, id, { reason: body.reason, subjectInformedAt }, info.context);
        return { status: 201, result: { id } };
      },
      answer: () => this.restrictions.get(caller, id),
    });
    this.vault.wake();
    return answered;
  }

  /** In the transaction of the caller, which holds the lock of the restriction; one that was lifted before stays so. */
  async lift(tx: WriteTransaction, id: string, { reason, subjectInformedAt }: Lifting, context: CommandContext) {
    const at = this.clock.now();
    const [row] = await tx.query<SubjectStopRow>(liftRestriction(id, reason, new Date(at)));
    if (!row) return;
    await tx.query(refreshSubject(row.subject_ref));
    // Erased by right: what waited is not to arrive a moment before.
    if (reason === 'erasureGranted') await tx.query(withholdHeld(row.subject_ref, 'ERASURE_GRANTED'));
    await tx.query(resumeDeliveries(row.subject_ref));
    const recipients = (await tx.query<RestrictionNoticeRow>(selectNotices([id]))).map(
      ({ recipient_party: party, recipient_unit: unit, items }) => ({ party, unit, items }),
    );
    for (const recipient of recipients) await tx.query(insertNotice(id, 'lifted', recipient, new Date(at)));
    await tx.append(restrictionLifted, {
      subject: id,
      data: {
        restrictionId: id,
        requestId: row.request_id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        byParty: row.party,
        reason,
        subjectInformedAt: formatInstant(subjectInformedAt),
        recipients,
        liftedAt: formatInstant(at),
      },
      context,
      protocolId: row.protocol_id,
      occurredAt: at,
    });
  }

  private assertLiftable(row: SubjectStopRow, caller: CallerIdentity, subjectInformedAt: number): void {
    if (row.party !== caller.party) {
      throw new DomainError('FORBIDDEN', `Restriction ${row.id} is lifted by the party that granted it`);
    }
    if (row.lifted_at) throw new DomainError('CONFLICT', `Restriction ${row.id} is lifted`);
    if (!row.applied_at) throw new DomainError('CONFLICT', `Restriction ${row.id} is still being enforced`);
    if (subjectInformedAt <= this.clock.now()) return;
    throw new DomainError('INPUT_INVALID', 'The person is told before the restriction ends', {
      faults: [{ in: 'body', name: '/subjectInformedAt', detail: 'must not lie in the future' }],
    });
  }
}

function instantOf(value: string): number {
  try {
    return parseInstant(value);
  } catch (cause) {
    const faults = [
      { in: 'body' as const, name: '/subjectInformedAt', detail: 'must be an existing instant with offset' },
    ];
    throw new DomainError('INPUT_INVALID', '/subjectInformedAt is not an instant', { faults }, { cause });
  }
}
