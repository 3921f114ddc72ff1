import { Injectable } from '@nestjs/common';
import { addPeriod, canonicalJson, dateOf, formatInstant, startOfDay } from '@convenant/kernel';
import {
  registerEntryMismatched,
  registerEntryVersioned,
  type EntryContent,
  type EntryMismatch,
} from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import type { PartyRole } from '@convenant/protocol';
import { lastProtocolEvent } from '../../db/entries.statements.js';
import { RegisterEntry, RegisterEntryLook, RegisterEntryVersion } from '../../db/register-entry.entity.js';
import { entriesOf, type WantedEntry } from '../../domain/entries/entry-content.js';
import type { Declaration, EntryFacts } from '../../domain/entries/entry-facts.js';
import { reconcileEntries } from '../../domain/entries/reconcile-entries.js';
import { hashOfData } from '../hash-of-data.js';
import { TellOfficers } from '../officer-mail/tell-officers.js';
import { ReadEntryFacts } from './entry-facts.reader.js';

/** What a caller of `write` gives beside the transaction. */
export interface EntryWork {
  readonly protocolId: string;
  /** Ids under lock: of the entries there are, and fresh ones for entries to come. */
  readonly locked: ReadonlySet<string>;
  readonly fresh: readonly string[];
  readonly context: CommandContext;
  /** What a party says of its own register from now on. */
  readonly declares?: { readonly role: PartyRole; readonly declaration: Declaration };
}

/**
 * Brings the entries of a protocol to what the facts say now: a new version where the content differs, and where the registers
 * differ from the protocol in other points than before, that. The same facts again write nothing.
 */
@Injectable()
export class WriteEntries {
  constructor(
    private readonly read: ReadEntryFacts,
    private readonly officers: TellOfficers,
  ) {}

  async write(tx: WriteTransaction, work: EntryWork): Promise<void> {
    const { protocolId, locked, declares } = work;
    const { facts: known, rows } = await this.read.of(protocolId, tx.manager, tx.now);
    if (known === null) return;
    const facts: EntryFacts =
      declares === undefined
        ? known
        : { ...known, declared: { ...known.declared, [declares.role]: declares.declaration } };
    const wanted = entriesOf(facts);
    const fresh = [...work.fresh];
    let untold = rows.filter(({ id }) => !locked.has(id)).length;
    const entries: RegisterEntry[] = [];
    for (const one of wanted) {
      const row = rows.find((other) => isOf(other, facts, one));
      const id = row?.id ?? fresh.shift();
      if (id === undefined) untold += 1;
      else if (locked.has(id)) entries.push(await this.version(tx, work, facts, { id, row: row ?? null, wanted: one }));
    }
    for (const row of rows) {
      if (!locked.has(row.id) || wanted.some((one) => isOf(row, facts, one)) || row.content.state === 'ended') continue;
      const content: EntryContent = { ...row.content, state: 'ended' };
      await this.store(tx, work, row, { ...row, version: row.version + 1, content });
    }
    if (facts.text.state !== 'ended') await this.reconcile(tx, work, reconcileEntries(facts), entries);
    await this.lookAgain(tx, protocolId, untold > 0 ? tx.now : nextLook(facts, tx.now));
  }

  private async version(
    tx: WriteTransaction,
    work: EntryWork,
    { parties }: EntryFacts,
    { id, row, wanted }: { id: string; row: RegisterEntry | null; wanted: WantedEntry },
  ): Promise<RegisterEntry> {
    const { role, processor, content } = wanted;
    if (row !== null && row.contentHash === hashOfData(canonicalJson(content))) return row;
    const version = (row?.version ?? 0) + 1;
    const whose = { id, protocolId: work.protocolId, party: parties[role].id, processor };
    return this.store(tx, work, row, { ...whose, version, content, mismatches: row?.mismatches ?? [] });
  }

  private async store(
    tx: WriteTransaction,
    { protocolId, context }: EntryWork,
    before: RegisterEntry | null,
    next: Omit<RegisterEntry, 'contentHash' | 'versionedAt'>,
  ): Promise<RegisterEntry> {
    const { id, party, version, content } = next;
    const contentHash = hashOfData(canonicalJson(content));
    const entry = tx.manager.create(RegisterEntry, { ...next, contentHash, versionedAt: new Date(tx.now) });
    await tx.manager.save(RegisterEntry, entry);
    await tx.manager.insert(RegisterEntryVersion, {
      entryId: id,
      version,
      content: content as never,
      contentHash,
      versionedAt: entry.versionedAt,
    });
    await tx.append(registerEntryVersioned, {
      ...envelope(entry, context),
      data: {
        entryId: id,
        protocolId,
        party,
        side: content.side,
        entryVersion: version,
        content,
        contentHash,
        ...(before === null ? {} : { supersedes: before.contentHash }),
        versionedAt: formatInstant(tx.now),
      },
    });
    return entry;
  }

  /** Both parties are told, each on its own entry: a register that differs differs from both. */
  private async reconcile(
    tx: WriteTransaction,
    { protocolId, context }: EntryWork,
    mismatches: EntryMismatch[],
    entries: readonly RegisterEntry[],
  ): Promise<void> {
    for (const entry of entries) {
      if (entry.processor !== null || canonicalJson(entry.mismatches) === canonicalJson(mismatches)) continue;
      await tx.manager.update(RegisterEntry, { id: entry.id }, { mismatches: mismatches as never });
      await this.tell(tx, entry, entry.mismatches.length, mismatches.length);
      await tx.append(registerEntryMismatched, {
        ...envelope(entry, context),
        data: {
          entryId: entry.id,
          protocolId,
          party: entry.party,
          side: entry.content.side,
          entryVersion: entry.version,
          state: mismatches.length === 0 ? 'reconciled' : 'mismatched',
          mismatches,
          noticedAt: formatInstant(tx.now),
        },
      });
    }
  }

  /** Once when the registers part and once when they agree again; what is beside it meanwhile stands in the reconciliation. */
  private async tell(tx: WriteTransaction, entry: RegisterEntry, before: number, now: number): Promise<void> {
    if (before > 0 === now > 0) return;
    const { id: reference, party, protocolId, content } = entry;
    await this.officers.tell(tx, {
      ...{ party, topic: 'ENTRIES_DIFFER', phase: now > 0 ? 'raised' : 'resolved', protocolId, reference },
      ...{ clause: content.protocol.clause ?? null, at: tx.now },
      path: `/register/v1/protocols/${protocolId}/reconciliation`,
    });
  }

  private async lookAgain(tx: WriteTransaction, protocolId: string, at: number): Promise<void> {
    const [last] = await tx.query<{ version: number }>({ ...lastProtocolEvent, values: [protocolId] });
    const look = { protocolId, seenVersion: last!.version, nextLookAt: new Date(at) };
    await tx.manager.upsert(RegisterEntryLook, look, ['protocolId']);
  }
}

/** Whether a row is where an entry that is wanted stands already. */
export function isOf(row: RegisterEntry, { parties }: EntryFacts, { role, processor }: WantedEntry): boolean {
  return row.party === parties[role].id && row.processor === processor;
}

/** Once a day because of mailboxes, which are no events of the protocol; earlier when the calendar changes the text in force. */
function nextLook({ text }: EntryFacts, now: number): number {
  return Math.min(addPeriod(startOfDay(dateOf(now)), 'P1D'), text.changesAt ?? Infinity);
}

function envelope({ id, protocolId, content: { protocol } }: RegisterEntry, context: CommandContext) {
  return {
    subject: id,
    context,
    protocolId,
    protocolVersion: protocol.version,
    ...(protocol.clause === undefined ? {} : { clause: protocol.clause }),
  };
}
