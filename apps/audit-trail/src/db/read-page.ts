import type { EntityManager } from 'typeorm';
import type { TrailEntry } from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import type { CallerIdentity } from '@convenant/platform';
import { BEGINNING, formatCursor, parseCursor, type ReadingCursor } from '../domain/reading-cursor.js';
import { entryOf, type EntryRow } from './entry-row.js';
import { cursorExists, OPERATOR, readPage } from './visibility.statements.js';

/** What a page may hold besides its number of entries: an entry can carry a whole protocol. */
const PAGE_BYTES = 1024 * 1024;

export interface PageFilters {
  protocolId?: string;
  service?: string;
  type?: string;
  correlationId?: string;
}

/** As whom the caller reads: the data protection officer for the own party, else the operator of the installation. */
export function readerOf(caller: Pick<CallerIdentity, 'roles' | 'party'>): string {
  if (caller.roles.includes('dpo') && caller.party) return caller.party;
  if (caller.roles.includes('installation-admin')) return OPERATOR;
  throw new DomainError('FORBIDDEN', 'The trail is read for a party, by its data protection officer');
}

/** One page behind `after`, in reading order, and whether more was there. */
export async function pageFor(
  manager: EntityManager,
  reader: string,
  after: ReadingCursor,
  limit: number,
  { protocolId, service, type, correlationId }: PageFilters = {},
): Promise<{ items: TrailEntry[]; more: boolean }> {
  const filters = [protocolId, service, type, correlationId];
  const rows: EntryRow[] = await manager.query(readPage.text, [
    reader,
    after.since,
    after.position,
    limit + 1,
    PAGE_BYTES,
    ...filters,
  ]);
  const items = rows.slice(0, limit).map(entryOf);
  return { items, more: items.length < Number(rows[0]?.found ?? 0) };
}

/**
 * The place that a reader asks to go on from.
 * @throws DomainError INPUT_INVALID when it is no place; NOT_FOUND when this trail has never given it to this reader
 */
export async function knownCursor(
  manager: EntityManager,
  reader: string,
  text: string | undefined,
  from: { in: 'query' | 'header'; name: string },
): Promise<ReadingCursor> {
  if (text === undefined) return BEGINNING;
  const cursor = parseCursor(text);
  if (!cursor) {
    const detail = 'must be an id of the stream, `next` of a page, or 0 for the beginning';
    throw new DomainError('INPUT_INVALID', `${from.name} is no place in the trail`, { faults: [{ ...from, detail }] });
  }
  const [row]: { exists: boolean }[] = await manager.query(cursorExists.text, [reader, cursor.since, cursor.position]);
  if (!row!.exists) {
    throw new DomainError(
      'NOT_FOUND',
      `The trail has no place ${formatCursor(cursor)} for this reader. Go on from the last id that arrived from here; ` +
        'without one begin with after=0: what comes again has the same positions',
    );
  }
  return cursor;
}
