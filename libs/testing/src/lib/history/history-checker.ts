import { BarrierCheck, type BarrierFact, type PermissionFact } from './barrier-check.js';
import { CommandCheck } from './command-check.js';
import { EffectCheck } from './effect-check.js';
import type {
  CommandFact,
  CommandRecordFact,
  EffectFact,
  EnforcedFact,
  EntryFact,
  ExpectedEffect,
  Finding,
  OutboxFact,
  PositionFact,
  RecordFact,
  ReplicaFact,
  UnfinishedFact,
} from './history-facts.js';
import { LogCheck } from './log-check.js';
import { ReplicaCheck } from './replica-check.js';

/** `expectedEffects`: what handlers owe; `ownAccord`: events that services append when a date has come; `audited`: with a trail. */
export interface HistoryOptions {
  expectedEffects?: readonly ExpectedEffect[];
  ownAccord?: readonly string[];
  audited?: boolean;
}

/**
 * Decides from outside whether a history kept the invariants of the design: what clients were answered, what the topics hold,
 * what the tables hold. Pure: facts in, findings out; no finding is one only of time, so it is asked once all has come to rest.
 * Facts are taken one by one and kept in a few words each; the outbox of a service must come before its records and entries.
 */
export class HistoryChecker {
  private readonly log = new LogCheck();
  private readonly commands: CommandCheck;
  private readonly effects: EffectCheck;
  private readonly barriers = new BarrierCheck();
  private readonly replicas = new ReplicaCheck();
  private readonly left: Finding[] = [];

  constructor(private readonly options: HistoryOptions = {}) {
    this.commands = new CommandCheck(new Set(options.ownAccord));
    this.effects = new EffectCheck(options.expectedEffects ?? []);
  }

  outboxRow(event: OutboxFact): void {
    this.log.outboxRow(event);
    this.commands.outboxRow(event);
    this.effects.outboxRow(event);
  }

  topicRecord(record: RecordFact): void {
    this.log.topicRecord(record);
  }

  auditEntry(entry: EntryFact): void {
    this.log.auditEntry(entry);
  }

  command(command: CommandFact): void {
    this.commands.command(command);
    this.barriers.command(command);
  }

  commandRecord(record: CommandRecordFact): void {
    this.commands.commandRecord(record);
  }

  effect(effect: EffectFact): void {
    this.effects.effect(effect);
  }

  permission(permission: PermissionFact): void {
    this.barriers.permission(permission);
  }

  barrier(barrier: BarrierFact): void {
    this.barriers.barrier(barrier);
  }

  enforced(enforced: EnforcedFact): void {
    this.barriers.enforced(enforced);
  }

  replicaRow(row: ReplicaFact): void {
    this.replicas.row(row);
  }

  replicaFold(row: ReplicaFact): void {
    this.replicas.fold(row);
  }

  /** Invariant 9: where a consumer stands must be the end of its partition. */
  position({ service, topic, partition, nextOffset, end }: PositionFact): void {
    if (nextOffset !== end)
      this.unfinished({ service, what: `${topic}/${partition} at ${nextOffset} of ${end}`, count: end - nextOffset });
  }

  /** Invariant 9: nothing may be left of it. */
  unfinished({ service, what, count }: UnfinishedFact): void {
    if (count !== 0) this.left.push({ invariant: 9, code: 'work.left', detail: `${service} ${what}: ${count}` });
  }

  verdict(): Finding[] {
    return [
      ...this.log.verdict(this.options.audited ?? true),
      ...this.commands.verdict(),
      ...this.effects.verdict(),
      ...this.barriers.verdict(),
      ...this.replicas.verdict(),
      ...this.left,
    ];
  }
}
