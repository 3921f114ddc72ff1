import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { triggerRecorded, type ClockView, type RecordTriggerRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { RecordedTrigger } from '../db/clock.entity.js';
import { clockIdOf } from '../domain/clock-id.js';
import { triggerFault, type ReportedTrigger, type TriggerFault } from '../domain/reported-trigger.js';
import { SweeperSignal } from '../sweeper/sweeper-signal.js';
import type { CommandCall } from './command-call.js';
import { GetClock } from './get-clock.use-case.js';
import { instantOf } from './instants.js';
import { KnownFacts } from './known-facts.js';
import { protocolInForce } from './protocol-in-force.js';
import { LookAtClock, lockedClock, triggersOf } from './look-at-clock.js';

/**
 * Records what the receiver reports of a client, and moves the clock by it: the contact had its outcome, a file was opened,
 * closed, opened again. Nothing of it reaches the sender.
 */
@Injectable()
export class RecordTrigger {
  constructor(
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly lookAtClock: LookAtClock,
    private readonly getClock: GetClock,
    private readonly sweeper: SweeperSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID, CONFLICT (with the clause), UNAVAILABLE */
  async execute(request: RecordTriggerRequest, call: CommandCall): Promise<CommandAnswer<ClockView>> {
    const { clock } = await this.facts.receiversClock(request.disclosureId, call.party);
    const { disclosureId, protocolId } = clock;
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [clockIdOf(disclosureId)],
      work: async (tx) => {
        await this.facts.assertReadable(tx, protocolId, disclosureId);
        await this.record(tx, disclosureId, request, call);
        return { status: 201, result: { disclosureId } };
      },
      answer: () => this.getClock.execute(disclosureId, call.party),
    });
    this.sweeper.wake();
    return answer;
  }

  private async record(
    tx: WriteTransaction,
    disclosureId: string,
    request: RecordTriggerRequest,
    { context, userRef }: CommandCall,
  ): Promise<void> {
    const clock = (await lockedClock(tx, disclosureId))!;
    const { protocolId, subjectRef } = clock;
    const protocol = (await protocolInForce(tx.manager, protocolId, tx.now))!;
    if (clock.state === 'erasing' || clock.state === 'erased') {
      throw new DomainError('CONFLICT', `The values of disclosure ${disclosureId} are ${erasureWords[clock.state]}`, {
        ...(clock.clause === null ? {} : { clause: clock.clause }),
      });
    }
    const reported: ReportedTrigger = {
      kind: request.kind,
      outcome: request.outcome ?? null,
      at: instantOf(request.occurredAt, '/occurredAt', tx.now),
    };
    const happened = await triggersOf(tx, disclosureId);
    const fault = triggerFault(reported, happened, protocol.rules, tx.now);
    if (fault !== null) throw problem(fault, disclosureId);

    const triggerId = newId();
    const { kind, outcome, at } = reported;
    await tx.append(triggerRecorded, {
      subject: clockIdOf(disclosureId),
      data: {
        clockId: clockIdOf(disclosureId),
        disclosureId,
        protocolId,
        subjectRef,
        triggerId,
        kind,
        ...(outcome === null ? {} : { outcome }),
        occurredAt: formatInstant(at),
        ...(clock.clause === null ? {} : { clause: clock.clause }),
      },
      context,
      protocolId,
      protocolVersion: protocol.version,
      ...(clock.clause === null ? {} : { clause: clock.clause }),
      occurredAt: at,
    });
    await tx.manager.insert(RecordedTrigger, {
      id: triggerId,
      disclosureId,
      position: happened.length,
      kind,
      wanted: outcome === null ? null : outcome === 'accepted',
      occurredAt: new Date(at),
      recordedAt: new Date(tx.now),
      recordedBy: userRef,
    });
    await this.lookAtClock.execute(tx, disclosureId, context);
  }
}

const erasureWords = { erasing: 'being erased', erased: 'erased' } as const;

function problem({ code, detail, field, clause }: TriggerFault, disclosureId: string): DomainError {
  const extra = {
    ...(clause === undefined ? {} : { clause }),
    ...(field === undefined ? {} : { faults: [{ in: 'body' as const, name: field, detail }] }),
  };
  const text = field === undefined ? `${detail} (disclosure ${disclosureId})` : 'The trigger cannot be true';
  return new DomainError(code, text, extra);
}
