import { readFileSync } from 'node:fs';
import { systemClock, type Clock } from '@convenant/kernel';
import type { CommonSettings } from '../settings/common-settings.js';

/**
 * The machine's time moved by the number of milliseconds in a file, read at each `now()`, so that several processes move
 * together the moment the file is replaced. No file: not moved.
 *
 * Synchronous on purpose: `now()` is called inside transactions. Sandbox only, never in production.
 */
export class SandboxClock implements Clock {
  private last = 0;

  constructor(private readonly file: string) {}

  now(): number {
    return systemClock.now() + this.offset();
  }

  private offset(): number {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
    if (text.trim() === '') return this.last; // a writer has emptied the file and not filled it yet
    const offset = Number(text);
    if (!Number.isSafeInteger(offset)) {
      throw new Error('The sandbox clock file does not hold a whole number of milliseconds');
    }
    return (this.last = offset);
  }
}

/** The clock the settings ask for. */
export function createClock(settings: Pick<CommonSettings, 'SANDBOX_CLOCK_FILE'>): Clock {
  return settings.SANDBOX_CLOCK_FILE ? new SandboxClock(settings.SANDBOX_CLOCK_FILE) : systemClock;
}
