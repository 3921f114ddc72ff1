import type { TrailEntry } from '@convenant/contracts';
import { eventually } from '@convenant/testing';

/** A reader of the stream, as a browser's `EventSource` would be one, that says what it got and when. */
export class EventReader {
  readonly entries: TrailEntry[] = [];
  readonly ids: string[] = [];
  /** Real time at which each entry arrived. */
  readonly arrivals: number[] = [];
  comments = 0;
  end: string | undefined;
  /** The connection is over, whichever way. */
  closed = false;
  private readonly cut = new AbortController();

  private constructor(readonly response: Response) {}

  static async open(url: string, token: string, lastEventId?: string): Promise<EventReader> {
    const cut = new AbortController();
    const response = await fetch(url, {
      signal: cut.signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    const reader = new EventReader(response);
    reader.cut.signal.addEventListener('abort', () => cut.abort());
    if (response.status === 200) void reader.read();
    return reader;
  }

  get lastId(): string | undefined {
    return this.ids.at(-1);
  }

  /** Hangs up, wherever it is. */
  hangUp(): void {
    this.cut.abort();
  }

  until(count: number): Promise<TrailEntry[]> {
    return eventually(() => (this.entries.length >= count ? this.entries : undefined), {
      what: `${count} entries have been streamed`,
    });
  }

  private async read(): Promise<void> {
    let text = '';
    try {
      for await (const chunk of this.response.body!.pipeThrough(new TextDecoderStream() as never)) {
        text += String(chunk);
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) this.take(block);
      }
    } catch {
      // Cut off; what was whole has been taken.
    }
    this.closed = true;
  }

  private take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    if (fields.has('')) this.comments += 1;
    const data = fields.get('data');
    if (data === undefined) return;
    if (fields.get('event') === 'end') this.end = (JSON.parse(data) as { reason: string }).reason;
    else {
      this.entries.push(JSON.parse(data) as TrailEntry);
      this.ids.push(fields.get('id')!);
      this.arrivals.push(performance.now());
    }
  }
}
