import { Readable } from 'node:stream';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StreamEnd, TrailEntry } from '@convenant/contracts';
import { DomainError, type Clock } from '@convenant/kernel';
import { CLOCK, type CallerIdentity } from '@convenant/platform';
import { cursorBehind } from '../db/entry-row.js';
import { knownCursor, pageFor, readerOf } from '../db/read-page.js';
import { recordRead } from '../db/record-read.js';
import { TrailSignal } from '../db/trail-signal.js';
import { formatCursor, type ReadingCursor } from '../domain/reading-cursor.js';
import { HEARTBEAT, OPENING, serverSentEvent } from '../http/server-sent-events.js';

/** How often a quiet stream shows that it lives, in milliseconds; a test needs less. */
export const HEARTBEAT_EVERY = Symbol('HEARTBEAT_EVERY');

const PAGE_ENTRIES = 100;
const STREAMS_OF_A_READER = 50;
// Milliseconds. A reader that takes nothing any more does not hold up the end of its stream.
const LONGEST_END = 1_000;

/** Where a reader goes on from, as it said it. */
export interface ResumeFrom {
  lastEventId?: string | undefined;
  after?: string | undefined;
}

interface OpenStream {
  reader: string;
  end(reason: StreamEnd['reason']): void;
  closed: Promise<void>;
}

/**
 * Follows the trail for a reader as server-sent events: what `ReadEntries` would give, in the same order, and what comes.
 *
 * - Nothing is lost or doubled: each entry's id is its place, and a stream goes on behind a place.
 * - A slow reader slows only its own stream: the next page is read when the last one has been taken.
 * - Opening it and each page are recorded before they are sent.
 * - It ends with the token of the reader, and when the service stops.
 */
@Injectable()
export class FollowTrail implements BeforeApplicationShutdown {
  private readonly open = new Set<OpenStream>();
  private stopping = false;

  constructor(
    private readonly source: DataSource,
    private readonly signal: TrailSignal,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HEARTBEAT_EVERY) private readonly heartbeat: number,
  ) {}

  /** @throws DomainError INPUT_INVALID, NOT_FOUND for a place that is none; UNAVAILABLE when the reader has too many open */
  async execute(caller: CallerIdentity, from: ResumeFrom): Promise<Readable> {
    const reader = readerOf(caller);
    if (this.stopping) throw new DomainError('UNAVAILABLE', 'The service is stopping: try again');
    if ([...this.open].filter((stream) => stream.reader === reader).length >= STREAMS_OF_A_READER) {
      throw new DomainError('UNAVAILABLE', `${STREAMS_OF_A_READER} streams of this party are open: close one first`);
    }
    // A browser that reconnects sends the header and the old query string: the header is the newer place.
    const [place, where] =
      from.lastEventId === undefined
        ? [from.after, { in: 'query', name: 'after' } as const]
        : [from.lastEventId, { in: 'header', name: 'Last-Event-ID' } as const];
    const after = await this.source.transaction(async (manager) => {
      const cursor = await knownCursor(manager, reader, place, where);
      const readAt = this.clock.now();
      await recordRead(manager, { readAt, caller, what: 'stream', after: cursor.since, shown: 0, filters: {} });
      return cursor;
    });
    return this.start(caller, reader, after);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const streams = [...this.open];
    for (const stream of streams) stream.end('shuttingDown');
    await Promise.all(streams.map(({ closed }) => closed));
  }

  private start(caller: CallerIdentity, reader: string, after: ReadingCursor): Readable {
    const ending = new AbortController();
    // One chunk ahead at most: what the reader has not taken stays in the database.
    const readable = Readable.from(this.events(caller, reader, after, ending.signal), { highWaterMark: 1 });
    // Destroying waits for what the generator awaits: a reader that hangs up must end that wait first.
    const destroy = readable._destroy.bind(readable);
    readable._destroy = (error, done) => {
      ending.abort();
      destroy(error, done);
    };
    const end = (reason: StreamEnd['reason']) => {
      ending.abort(reason);
      setTimeout(() => readable.destroy(), LONGEST_END).unref();
    };
    const expiry = setTimeout(() => end('tokenExpired'), Math.max(0, (caller.expiresAt ?? 0) - Date.now()));
    const closed = new Promise<void>((resolve) => readable.once('close', resolve));
    const stream: OpenStream = { reader, end, closed };
    this.open.add(stream);
    void closed.then(() => {
      clearTimeout(expiry);
      this.open.delete(stream);
    });
    return readable;
  }

  private async *events(
    caller: CallerIdentity,
    reader: string,
    from: ReadingCursor,
    ending: AbortSignal,
  ): AsyncGenerator<string> {
    yield OPENING;
    let after = from;
    while (!ending.aborted) {
      const seen = this.signal.seen;
      const items = await this.page(caller, reader, after);
      for (const entry of items) {
        if (ending.aborted) break;
        after = cursorBehind(entry);
        yield serverSentEvent({ id: formatCursor(after), event: 'entry', data: entry });
      }
      if (items.length > 0) continue;
      await this.signal.wait(seen, this.heartbeat, ending);
      if (this.signal.seen === seen && !ending.aborted) yield HEARTBEAT;
    }
    const reason = ending.reason as StreamEnd['reason'];
    yield serverSentEvent({ event: 'end', data: { reason } satisfies StreamEnd });
  }

  private page(caller: CallerIdentity, reader: string, after: ReadingCursor): Promise<TrailEntry[]> {
    return this.source.transaction(async (manager) => {
      const { items } = await pageFor(manager, reader, after, PAGE_ENTRIES);
      const through = items.at(-1)?.visibleFrom;
      if (through !== undefined) {
        const interval = { after: after.since, through, shown: items.length };
        await recordRead(manager, { readAt: this.clock.now(), caller, what: 'stream', ...interval, filters: {} });
      }
      return items;
    });
  }
}
