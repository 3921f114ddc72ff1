import type { PagePlace } from '../db/relay.statements.js';
import { columnOf, placesOf, textOf } from './outbox-row.js';

// A topic takes record batches of 4 MiB, and all rows of a page may go to one partition; headers add some 500 bytes to a row.
const MOST_BYTES = 2 * 1024 * 1024;
const ADDED_BYTES = 500;
const INITIAL_BYTES = 256 * 1024;

/** Settled rows behind a place of the outbox, in order, as the server sent their bytes. Used again after `reset`. */
export class OutboxPage {
  bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  /** Where in `bytes` each row begins. */
  readonly starts: number[] = [];
  /** There are rows that are not settled yet, or that did not fit: more is to come soon. */
  more = false;
  /** No further row fits. */
  full = false;
  private end = 0;

  reset(): this {
    this.starts.length = 0;
    this.end = 0;
    this.more = false;
    this.full = false;
    return this;
  }

  /**
   * Takes the next row, unless the page is full: what comes behind it is not taken either. The row that only says that others
   * are not settled may come anywhere.
   */
  add(row: Buffer, from: number): void {
    const length = row.length - from;
    this.full ||= this.end + length + (this.starts.length + 1) * ADDED_BYTES > MOST_BYTES && this.starts.length > 0;
    if (this.full || !isSettled(row, from)) {
      this.more = true;
      return;
    }
    this.reserve(length);
    row.copy(this.bytes, this.end, from);
    this.starts.push(this.end);
    this.end += length;
  }

  get size(): number {
    return this.starts.length;
  }

  /** Of the last row, when there is one. */
  get lastPlace(): PagePlace {
    const { bytes } = this;
    const places = placesOf(bytes, this.starts.at(-1)!);
    const number = (column: number) => textOf(bytes, places, column)!;
    return {
      era: Number(number(columnOf.era)),
      xid: number(columnOf.xid),
      outboxId: number(columnOf.id),
    };
  }

  private reserve(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.end + length));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** The first column: one byte behind its length. */
function isSettled(row: Buffer, from: number): boolean {
  return row[from + 4] === 1;
}
