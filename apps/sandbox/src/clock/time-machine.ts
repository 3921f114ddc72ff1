import { readFile } from 'node:fs/promises';
import { addPeriod, formatInstant, isPeriod, parseInstant } from '@convenant/kernel';
import { SandboxError } from '../sandbox-error.js';
import { replaceFile } from '../state-file.js';

export interface ClockView {
  /** What the services take for the present. */
  now: string;
  /** How far that lies from real time, in milliseconds. */
  offsetMs: number;
}

/**
 * Moves the legal time of all services that read the same file (setting `SANDBOX_CLOCK_FILE`: the distance from real
 * time in milliseconds). Time goes on from where it is put; tokens, leases and timeouts keep to real time.
 */
export class TimeMachine {
  constructor(private readonly file: string) {}

  async read(): Promise<ClockView> {
    const offsetMs = await this.offset();
    return { now: formatInstant(Date.now() + offsetMs), offsetMs };
  }

  /**
   * @param change `{now}` an instant, `{advance}` an ISO 8601 period by the calendar of Brussels, `{reset: true}` real time
   * @throws SandboxError 400 `CLOCK_INVALID`
   */
  async move(change: unknown): Promise<ClockView> {
    await replaceFile(this.file, `${await this.newOffset(change)}\n`);
    return this.read();
  }

  private async newOffset(change: unknown): Promise<number> {
    const { now, advance, reset, ...rest } = (change ?? {}) as Record<string, unknown>;
    const given = [now, advance, reset].filter((value) => value !== undefined);
    if (given.length === 1 && Object.keys(rest).length === 0) {
      const real = Date.now();
      if (reset === true) return 0;
      if (typeof advance === 'string' && isPeriod(advance))
        return addPeriod(real + (await this.offset()), advance) - real;
      if (typeof now === 'string') return instant(now) - real;
    }
    throw new SandboxError(
      400,
      'CLOCK_INVALID',
      'Give one of {"now": "2026-03-02T09:00:00+01:00"}, {"advance": "P1D"} or {"reset": true}',
    );
  }

  private async offset(): Promise<number> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
    const offset = Number(text);
    if (!Number.isSafeInteger(offset)) throw new Error('The clock file does not hold a number of milliseconds');
    return offset;
  }
}

function instant(text: string): number {
  try {
    return parseInstant(text);
  } catch (error) {
    throw new SandboxError(
      400,
      'CLOCK_INVALID',
      'now must be an instant with an offset, as 2026-03-02T09:00:00+01:00',
      {
        cause: error,
      },
    );
  }
}
