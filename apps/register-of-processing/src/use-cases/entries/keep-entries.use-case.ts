import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId, type Clock } from '@convenant/kernel';
import { CLOCK, Outbox } from '@convenant/messaging';
import { dueEntryLooks } from '../../db/entries.statements.js';
import { entriesOf } from '../../domain/entries/entry-content.js';
import { ReadEntryFacts } from './entry-facts.reader.js';
import { isOf, WriteEntries } from './write-entries.js';

/** Protocols of one step. */
const AT_ONCE = 20;

/** Keeps the entries of every protocol true: after each of its events, when the calendar changes it, and once a day. */
@Injectable()
export class KeepEntries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly read: ReadEntryFacts,
    private readonly entries: WriteEntries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many protocols it looked at */
  async execute(): Promise<number> {
    const due: { id: string }[] = await this.dataSource.query(dueEntryLooks.text, [
      new Date(this.clock.now()),
      AT_ONCE,
    ]);
    for (const { id } of due) await this.look(id);
    return due.length;
  }

  private async look(protocolId: string): Promise<void> {
    const { facts, rows } = await this.read.of(protocolId, this.dataSource.manager, this.clock.now());
    if (facts === null) return;
    const fresh = entriesOf(facts)
      .filter((wanted) => !rows.some((row) => isOf(row, facts, wanted)))
      .map(() => newId());
    const locked = new Set([protocolId, ...rows.map(({ id }) => id), ...fresh]);
    // Nobody commands it at this moment: the look itself is the cause.
    const look = newId();
    const context = { correlationId: look, causationId: look };
    await this.outbox.transaction([...locked], (tx) => this.entries.write(tx, { protocolId, locked, fresh, context }));
  }
}
