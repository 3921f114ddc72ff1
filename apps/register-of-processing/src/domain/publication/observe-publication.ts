import { addPeriod } from '@convenant/kernel';

/** What is known of a publication before a look. */
export interface PublicationState {
  readonly state: 'awaited' | 'published' | 'lapsed';
  /** Hash of the file that stood there last. */
  readonly contentHash: string | null;
  /** Looks in a row that did not find it. */
  readonly failures: number;
}

/** What a look found: one of the public files, or something else. */
export type Observation =
  { readonly file: string; readonly contentHash: string } | { readonly cause: string; readonly foundHash?: string };

/** What follows from a look. */
export interface Observed {
  readonly state: 'awaited' | 'published' | 'lapsed';
  readonly failures: number;
  readonly nextCheckAt: number;
  /** What is to be told; null when nothing is new. */
  readonly tells: 'published' | 'lapsed' | null;
}

/** Looks in a row, an hour apart, that must fail before a website that does not answer counts as a lapse. */
export const FAILURES_OF_A_LAPSE = 3;

/** How soon it is looked again while the file is not found. */
const AGAIN = 'PT1H';

/** Causes that may be the weather of the network, and not what the party did. */
const passing: ReadonlySet<string> = new Set(['UNREACHABLE']);

/**
 * Decides what a look at the address of a publication means. Other bytes, or an address that is gone, are a lapse at once; a
 * website that does not answer is one after several looks.
 *
 * @param every ISO 8601 period between looks at what is in order
 */
export function observe(before: PublicationState, found: Observation, now: number, every: string): Observed {
  if ('file' in found) {
    const isNew = before.state !== 'published' || before.contentHash !== found.contentHash;
    return { state: 'published', failures: 0, nextCheckAt: addPeriod(now, every), tells: isNew ? 'published' : null };
  }
  const failures = before.failures + 1;
  const nextCheckAt = addPeriod(now, AGAIN);
  const lapses = before.state === 'published' && (!passing.has(found.cause) || failures >= FAILURES_OF_A_LAPSE);
  return { state: lapses ? 'lapsed' : before.state, failures, nextCheckAt, tells: lapses ? 'lapsed' : null };
}
