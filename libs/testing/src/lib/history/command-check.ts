import type { CommandFact, CommandRecordFact, Finding, OutboxFact } from './history-facts.js';

/**
 * Invariants 1 and 2 between clients, `command_record` and outbox: an acknowledged command has one record and its events,
 * whoever asked again was told the same, and nothing happened that no command and no event caused.
 */
export class CommandCheck {
  private readonly commands: CommandFact[] = [];
  private readonly records = new Map<string, string[]>();
  private readonly named = new Map<string, Set<string>>();
  private readonly subjects = new Map<string, Set<string>>();
  private readonly events = new Set<string>();
  /** By service and cause, the aggregates that were written because of it. */
  private readonly causes = new Map<string, { service: string; cause: string; subjects: string[]; names: string[] }>();
  private readonly findings: Finding[] = [];

  /** @param ownAccord events that a service appends by itself when a date has come */
  constructor(private readonly ownAccord: ReadonlySet<string> = new Set()) {}

  command(command: CommandFact): void {
    this.commands.push(command);
  }

  commandRecord({ service, key, result }: CommandRecordFact): void {
    const id = `${service} ${key}`;
    if (this.records.has(id)) this.found(1, 'command.doubled', id);
    this.records.set(id, result);
    const named = this.named.get(service) ?? new Set<string>();
    this.named.set(service, named);
    for (const subject of result) {
      // Two commands may name one aggregate (a case registered twice); two executions of one command cannot.
      named.add(subject);
    }
  }

  outboxRow({ service, id, name, subject, causationId }: OutboxFact): void {
    this.events.add(id);
    const subjects = this.subjects.get(service) ?? new Set<string>();
    this.subjects.set(service, subjects.add(subject));
    const group = `${service} ${causationId}`;
    const known = this.causes.get(group) ?? { service, cause: causationId, subjects: [], names: [] };
    known.subjects.push(subject);
    known.names.push(name);
    this.causes.set(group, known);
  }

  verdict(): Finding[] {
    for (const command of this.commands) this.judge(command);
    for (const { service, cause, subjects, names } of this.causes.values()) {
      if (this.events.has(cause) || names.every((name) => this.ownAccord.has(name))) continue;
      if (!subjects.some((subject) => this.named.get(service)?.has(subject)))
        this.found(2, 'effect.withoutCommand', `${service} ${names[0]} ${subjects[0]}`);
    }
    return this.findings;
  }

  private judge({ service, key, outcome, answers, aggregates }: CommandFact): void {
    const id = `${service} ${key}`;
    const record = this.records.get(id);
    if (outcome === 'refused' && record) this.found(2, 'command.refusedYetRecorded', id);
    if (outcome !== 'acknowledged') return;
    if (!record) return this.found(1, 'command.forgotten', id);
    const [first, ...rest] = answers.map((answer) => [...answer].sort().join(' '));
    if (rest.some((answer) => answer !== first)) this.found(1, 'command.answeredDifferently', id);
    const named = [...new Set(answers.flat())];
    for (const subject of named) {
      if (!record.includes(subject)) this.found(1, 'command.recordDiffers', `${id} ${subject}`);
    }
    for (const subject of aggregates ?? named) {
      if (!this.subjects.get(service)?.has(subject)) this.found(1, 'command.withoutEvents', `${id} ${subject}`);
    }
  }

  private found(invariant: 1 | 2, code: string, detail: string): void {
    this.findings.push({ invariant, code, detail });
  }
}
