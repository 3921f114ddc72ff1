import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { barrierApplied } from '@convenant/contracts';
import { type Clock, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, type CommandContext, Outbox } from '@convenant/messaging';
import { OpenTransactions } from '../barrier/open-transactions.js';
import {
  type BarrierScope,
  claimBarriers,
  deleteBarriers,
  type PendingBarrierRow,
  releaseBarriers,
  renewBarriers,
  selectDue,
  selectOpenAttempts,
  selectUndelivered,
  selectUnobserved,
  withholdUnder,
} from '../db/barrier.statements.js';
import { Database } from '../db/database.js';
import type { DisclosureRow } from '../db/disclosure.statements.js';
import type { KnownProtocol } from '../db/facts.js';
import { type BarrierKind, codeOfCause } from '../domain/barrier-cause.js';
import { selectRestrictionsOf, type SubjectStopRow } from '../db/subject-stop.statements.js';
import { AnnounceRestriction } from './announce-restriction.js';
import { CloseLostAttempts } from './close-lost-attempts.use-case.js';
import { StopLookUps } from './look-ups/stop-look-ups.use-case.js';
import { StopDelivery } from './stop-delivery.js';

/** Barriers of one pass; below the number of aggregates that one transaction may lock. */
const AT_ONCE = 200;
/** Few: on a busy machine a hundred took longer than a transaction may, so the barrier began again and again. */
const STOPPED_AT_ONCE = 20;
const LEASE_MS = 10_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** What something is done under. */
interface Under {
  readonly consent_id: string | null;
  readonly protocol_id: string;
  readonly subject_ref: string;
  /** Of a look-up: that of its user. */
  readonly authorization_id?: string | null;
}

/** A disclosure that is still to be delivered. */
type DueDisclosure = DisclosureRow & { readonly delivery_context: unknown };

/**
 * Works off every barrier that is due, all of them in one pass. For each:
 *
 * - t0 the cause is committed here: whoever reads the facts from now on sees it;
 * - t1 the transactions open after t0 are listed and waited for: what they authorised is visible now, and nobody else can
 *   authorise anything under the cause;
 * - t2 what is authorised and not sent is ended, or held where the cause may be lifted; what is being sent is waited for;
 * - t3 passphrases that nobody collected are withheld, `barrier.applied` is appended and the row deleted, in one commit.
 *
 * Look-ups are waited for while they have a lease: until their answer has left. The revocation of a user stops those alone.
 *
 * A hold stops nothing that flows: for it t1 is all, since an erasure that could not see it was in one of those transactions.
 * A restriction is both, and is announced to the recipients in the commit that says it is applied.
 *
 * After a crash another replica begins again from the top: until t3 nothing says that the barrier holds.
 */
@Injectable()
export class ApplyBarriers {
  private readonly owner = newId();
  private readonly logger = new Logger('Barrier');

  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Database) private readonly database: Database,
    @Inject(OpenTransactions) private readonly transactions: OpenTransactions,
    @Inject(StopDelivery) private readonly stop: StopDelivery,
    @Inject(StopLookUps) private readonly lookUps: StopLookUps,
    @Inject(CloseLostAttempts) private readonly closeLost: CloseLostAttempts,
    @Inject(AnnounceRestriction) private readonly announce: AnnounceRestriction,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Takes what is due and works it off. @returns how many barriers it applied */
  async execute(): Promise<number> {
    const barriers = await this.claim();
    await this.workOff(barriers);
    return barriers.length;
  }

  /** Takes what is due for this process; empty when there is nothing. */
  claim(): Promise<PendingBarrierRow[]> {
    const now = new Date(this.clock.now());
    return this.database.query<PendingBarrierRow>(claimBarriers(this.owner, now, AT_ONCE, LEASE_MS));
  }

  /** Until all of them are applied. Each is applied as soon as nothing is sent under it any more: none waits for another. */
  async workOff(barriers: readonly PendingBarrierRow[]): Promise<void> {
    if (barriers.length === 0) return;
    let left = barriers;
    const renewal = setInterval(() => {
      this.database.query(renewBarriers(this.owner, idsOf(left), LEASE_MS)).catch(() => undefined);
    }, LEASE_MS / 4);
    try {
      const started = performance.now();
      const elapsed = () => Math.round(performance.now() - started);
      await this.transactions.haveEnded();
      const transactionsMs = elapsed();
      for (let pauseMs = 2; left.length > 0; pauseMs = Math.min(pauseMs * 2, 50)) {
        const scope = scopeOf(left);
        // Read before the rest is stopped: an attempt that ends in between becomes due again, and is stopped then.
        const sending = await this.database.query<Under>(selectOpenAttempts(scope));
        sending.push(...(await this.lookUps.leased(scope)));
        await this.stopUndelivered(left);
        await this.lookUps.under(scope);
        const ready = left.filter((barrier) => !sending.some((attempt) => stops(barrier, attempt)));
        if (ready.length > 0) await this.apply(ready, { transactionsMs, deliveriesMs: elapsed() - transactionsMs });
        left = left.filter((barrier) => !ready.includes(barrier));
        if (left.length === 0) return;
        await this.closeLost.execute();
        await delay(pauseMs);
      }
    } catch (error) {
      await this.database.query(releaseBarriers(this.owner, idsOf(left))).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  private async stopUndelivered(barriers: readonly PendingBarrierRow[]): Promise<void> {
    const scope = scopeOf(barriers);
    let after = NO_ID;
    for (;;) {
      const page = await this.database.query<{ id: string }>(selectUndelivered(scope, after, STOPPED_AT_ONCE));
      const ids = page.map(({ id }) => id);
      if (ids.length > 0) {
        await this.outbox.transaction(ids, async (tx) => {
          const protocols = new Map<string, KnownProtocol | null>();
          for (const row of await tx.query<DueDisclosure>(selectDue(ids))) {
            const stop = await this.stop.ask(tx, row, protocols);
            // A protocol that was resumed meanwhile lets its deliveries go on; a blocked fact holds them where they are.
            if (stop && stop !== 'blocked') await this.stop.apply(tx, row, stop, contextFor(row, barriers));
          }
        });
      }
      if (ids.length < STOPPED_AT_ONCE) return;
      after = ids.at(-1)!;
    }
  }

  private async apply(
    barriers: readonly PendingBarrierRow[],
    waited: { transactionsMs: number; deliveriesMs: number },
  ): Promise<void> {
    const at = this.clock.now();
    const ids = idsOf(barriers);
    const scope = scopeOf(barriers);
    const restrictions = await this.restrictionsOf(barriers);
    await this.outbox.transaction([...ids, ...restrictions.values()], async (tx) => {
      const left = await tx.query<{ barrier_id: string }>(deleteBarriers(ids));
      const mine = new Set(left.map(({ barrier_id }) => barrier_id));
      const unobserved = await tx.query<Under & { id: string }>(selectUnobserved(scope));
      // A suspension, restriction or objection may be lifted: collecting asks the facts each time and needs no mark.
      for (const kind of ['withdrawal', 'ending'] as const satisfies BarrierKind[]) {
        const stopped = barriers.filter((barrier) => barrier.kind === kind && mine.has(barrier.barrier_id));
        if (stopped.length > 0) await tx.query(withholdUnder(scopeOf(stopped), codeOfCause[kind]));
      }
      for (const barrier of barriers.filter(({ barrier_id }) => mine.has(barrier_id))) {
        const {
          barrier_id: barrierId,
          kind,
          service,
          subject,
          aggregateversion,
          protocol_id: protocolId,
          clause,
        } = barrier;
        const restriction = restrictions.get(subject);
        if (restriction) await this.announce.execute(tx, restriction, at, barrier.context as CommandContext);
        const unconfirmed = unobserved.filter((row) => stops(barrier, row)).map(({ id }) => id);
        await tx.append(barrierApplied, {
          subject: barrierId,
          data: {
            barrierId,
            cause: { kind, service, subject, aggregateversion },
            protocolId,
            appliedAt: formatInstant(at),
            waited,
            unconfirmed,
          },
          context: barrier.context as CommandContext,
          protocolId,
          ...(clause ? { clause } : null),
          occurredAt: at,
        });
      }
    });
    this.logger.log({ msg: 'barriers applied', count: barriers.length, ...waited });
  }

  /** The restriction of each request that was granted one: its aggregate is locked before it is announced. */
  private async restrictionsOf(barriers: readonly PendingBarrierRow[]): Promise<Map<string, string>> {
    const requests = barriers.filter(({ kind }) => kind === 'restriction').map(({ subject }) => subject);
    if (requests.length === 0) return new Map();
    const rows = await this.database.query<SubjectStopRow>(selectRestrictionsOf(requests));
    return new Map(rows.map(({ request_id, id }) => [request_id, id]));
  }
}

function idsOf(barriers: readonly PendingBarrierRow[]): string[] {
  return barriers.map(({ barrier_id }) => barrier_id);
}

/** Kinds that do not stop everything under their protocol. */
const narrow: ReadonlySet<BarrierKind> = new Set(['hold', 'revocation']);

function scopeOf(barriers: readonly PendingBarrierRow[]): BarrierScope {
  return {
    consents: barriers.flatMap(({ consent_id }) => consent_id ?? []),
    protocols: barriers
      .filter(({ kind, consent_id, subject_ref }) => !narrow.has(kind) && consent_id === null && !subject_ref)
      .map(({ protocol_id }) => protocol_id),
    subjects: barriers.flatMap(({ subject_ref }) => subject_ref ?? []),
    authorizations: barriers.filter(({ kind }) => kind === 'revocation').map(({ subject }) => subject),
  };
}

/** Whether what is done under that consent and protocol is stopped by this barrier. */
function stops(barrier: PendingBarrierRow, row: Under): boolean {
  if (barrier.kind === 'hold') return false;
  if (barrier.kind === 'revocation') return barrier.subject === row.authorization_id;
  if (barrier.subject_ref) return barrier.subject_ref === row.subject_ref;
  return barrier.consent_id ? barrier.consent_id === row.consent_id : barrier.protocol_id === row.protocol_id;
}

/** A delivery that a barrier ends was ended by its cause, not by the command that asked for it. */
function contextFor(row: DueDisclosure, barriers: readonly PendingBarrierRow[]): CommandContext {
  return (barriers.find((barrier) => stops(barrier, row))?.context ?? row.delivery_context) as CommandContext;
}
