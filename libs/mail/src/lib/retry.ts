const LONGEST_PAUSE_MS = 300_000;
/** With five minutes between them, more than a day: by then somebody has to look. */
export const MOST_TRIES = 300;

/** The pause after the given number of tries (from 1), in milliseconds, doubling from `first` up to five minutes. */
export function pauseAfter(tries: number, first: number): number {
  return Math.min(first * 2 ** Math.min(tries - 1, 30), LONGEST_PAUSE_MS);
}

/** A fact about the disclosure cannot be read at present: looked at again after this time. */
export const BLOCKED_RETRY_MS = 5_000;
