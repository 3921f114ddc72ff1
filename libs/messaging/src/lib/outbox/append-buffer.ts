import type { EventDefinition } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { activeTraceparent } from '../telemetry/trace-context.js';
import { dataFaults } from '../wire/schema-check.js';
import { AppendRefused } from './append-error.js';
import type { NewEvent } from './write-transaction.js';

// Half of what the topics take, to leave room for headers and batches.
const LARGEST_DATA_BYTES = 2 * 1024 * 1024;
const COLUMNS = 15;

/** Events of one transaction until its commit, with the versions of its locked aggregates. */
export class AppendBuffer {
  private readonly columns: unknown[][] = Array.from({ length: COLUMNS }, () => []);
  private readonly bumped = new Set<string>();

  /** @param versions every locked aggregate with its version in the database (0: none yet) */
  constructor(
    private readonly service: string,
    private readonly versions: Map<string, number>,
    private readonly now: number,
  ) {}

  get size(): number {
    return this.columns[0]!.length;
  }

  versionOf(aggregate: string): number | undefined {
    return this.versions.get(aggregate);
  }

  add<D extends EventDefinition>(definition: D, event: NewEvent<D>): { id: string; aggregateVersion: number } {
    const { subject, context } = event;
    const current = this.versions.get(subject);
    if (current === undefined) {
      throw new AppendRefused(`${definition.name}: the aggregate ${subject} is not locked by this transaction`);
    }
    if (definition.service !== this.service) {
      throw new AppendRefused(`${definition.name} is an event of ${definition.service}, not of ${this.service}`);
    }
    const faults = dataFaults(definition, event.data);
    if (faults.length > 0)
      throw new AppendRefused(`${definition.name}: the data break the schema at ${faults.join(', ')}`);
    const data = JSON.stringify(event.data);
    if (Buffer.byteLength(data) > LARGEST_DATA_BYTES) {
      throw new AppendRefused(`${definition.name}: the data are larger than ${LARGEST_DATA_BYTES} bytes`);
    }
    const id = newId();
    const aggregateVersion = current + 1;
    this.versions.set(subject, aggregateVersion);
    this.bumped.add(subject);
    this.push([
      id,
      definition.type,
      definition.classification,
      subject,
      aggregateVersion,
      formatInstant(event.occurredAt ?? this.now),
      context.correlationId,
      context.causationId,
      context.traceparent ?? activeTraceparent() ?? null,
      event.protocolId ?? null,
      event.protocolVersion ?? null,
      event.clause ?? null,
      context.actorParty ?? null,
      context.actorRef ?? null,
      data,
    ]);
    return { id, aggregateVersion };
  }

  /** Parameters of `outboxStatements.append`. */
  parameters(): unknown[] {
    const subjects = [...this.bumped];
    return [...this.columns, subjects, subjects.map((subject) => this.versions.get(subject)), formatInstant(this.now)];
  }

  private push(row: unknown[]): void {
    row.forEach((value, column) => this.columns[column]!.push(value));
  }
}
