import { pageColumns } from '../db/relay.statements.js';

type Column = keyof typeof pageColumns;

const names = Object.keys(pageColumns) as Column[];

/** How many columns a row of a page has. */
export const COLUMNS = names.length;

/** The number of each column. */
export const columnOf = Object.fromEntries(names.map((name, index) => [name, index])) as Record<Column, number>;

// From and to, for each column; -1 for null. One for all: used before the next row is looked at.
const places = new Int32Array(2 * COLUMNS);

/** Where the columns of a row stand. Valid until the next call. */
export function placesOf(bytes: Buffer, at: number): Int32Array {
  for (let column = 0; column < COLUMNS; column += 1) {
    const length = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    at += 4;
    places[2 * column] = length < 0 ? -1 : at;
    if (length > 0) at += length;
    places[2 * column + 1] = at;
  }
  return places;
}

export function textOf(bytes: Buffer, at: Int32Array, column: number): string | null {
  const from = at[2 * column]!;
  return from < 0 ? null : bytes.toString('utf8', from, at[2 * column + 1]);
}

// 2000-01-01 in epoch milliseconds: PostgreSQL counts microseconds from there.
const EPOCH = 946_684_800_000;

/** Epoch milliseconds of a `timestamptz`; what is below a millisecond is cut off. */
export function instantAt(bytes: Buffer, from: number): number {
  const micros = bytes.readInt32BE(from) * 2 ** 32 + bytes.readUInt32BE(from + 4);
  return EPOCH + Math.floor(micros / 1_000);
}
