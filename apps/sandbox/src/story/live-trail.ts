import { setTimeout as delay } from 'node:timers/promises';
import { StoryMismatch } from './story.types.js';
import type { InstallationClient } from './installation-client.js';
import type { Entry } from './trail-reading.js';

/** How long a reader that was cut off waits before it comes back. */
const RETRY_MS = 200;

/** A reader of the live trail, as a browser's `EventSource` would be one: keeps what it got, in order, and when. */
export class LiveTrail {
  readonly entries: Entry[] = [];
  /** Real time of each arrival, in epoch milliseconds. */
  readonly arrivals: number[] = [];
  /** How often the connection was cut and taken up again behind the last id. */
  resumed = 0;
  private lastId: string | undefined;
  private cut = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: InstallationClient,
    private readonly persona: string,
  ) {}

  /**
   * Opens it, or goes on behind the last entry; from then on it comes back by itself whenever it is cut off.
   * @throws StoryMismatch when it is refused
   */
  async open(): Promise<void> {
    this.cut = new AbortController();
    this.reading = this.follow(await this.connect());
  }

  /** Hangs up wherever it is, and comes back. */
  async cutAndResume(): Promise<void> {
    await this.close();
    this.resumed += 1;
    await this.open();
  }

  async close(): Promise<void> {
    this.cut.abort();
    await this.reading;
  }

  /** @throws StoryMismatch when it does not come */
  async until(what: string, awaited: (entries: readonly Entry[]) => boolean, deadlineMs = 60_000): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    while (!awaited(this.entries)) {
      if (performance.now() > deadline)
        throw new StoryMismatch(`Not within ${deadlineMs / 1000} s in the stream: ${what}`);
      await delay(5);
    }
  }

  private async connect(): Promise<ReadableStream<Uint8Array>> {
    const response = await this.client.stream(this.persona, '/audit/v1/stream', this.cut.signal, this.lastId);
    if (response.status !== 200) throw new StoryMismatch(`The stream answers ${response.status}, expected 200`);
    return response.body!;
  }

  private async follow(first: ReadableStream<Uint8Array>): Promise<void> {
    let body: ReadableStream<Uint8Array> | undefined = first;
    while (!this.cut.signal.aborted) {
      // What was whole has been taken when it is cut off, and the rest comes again.
      if (body) await this.read(body).catch(() => undefined);
      if (this.cut.signal.aborted) return;
      await delay(RETRY_MS);
      body = await this.connect().catch(() => undefined);
    }
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 2)]));
    if (fields.get('event') !== 'entry') return;
    this.arrivals.push(Date.now());
    this.entries.push(JSON.parse(fields.get('data')!) as Entry);
    this.lastId = fields.get('id');
  }
}
