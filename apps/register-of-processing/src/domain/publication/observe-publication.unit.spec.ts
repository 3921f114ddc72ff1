import { describe, expect, it } from '@jest/globals';
import { observe, type Observation, type PublicationState } from './observe-publication.js';

const now = Date.parse('2026-03-28T10:00:00Z');
const page: Observation = { file: 'nl.html', contentHash: 'a'.repeat(64) };
const at = (state: PublicationState['state'], failures = 0, contentHash: string | null = 'a'.repeat(64)) => ({
  state,
  failures,
  contentHash,
});

describe('a look at a publication', () => {
  it.each<[string, PublicationState, Observation, string, string | null]>([
    ['found for the first time', at('awaited', 2, null), page, 'published', 'published'],
    ['found again', at('published'), page, 'published', null],
    ['another file of the version', at('published', 0, 'b'.repeat(64)), page, 'published', 'published'],
    ['back after a lapse', at('lapsed', 4), page, 'published', 'published'],
    ['other bytes', at('published'), { cause: 'CONTENT_DIFFERS' }, 'lapsed', 'lapsed'],
    ['gone', at('published'), { cause: 'NOT_FOUND' }, 'lapsed', 'lapsed'],
    ['no answer', at('published'), { cause: 'UNREACHABLE' }, 'published', null],
    ['no answer twice', at('published', 1), { cause: 'UNREACHABLE' }, 'published', null],
    ['no answer three times', at('published', 2), { cause: 'UNREACHABLE' }, 'lapsed', 'lapsed'],
    ['never there', at('awaited'), { cause: 'CONTENT_DIFFERS' }, 'awaited', null],
    ['still lapsed', at('lapsed', 9), { cause: 'NOT_FOUND' }, 'lapsed', null],
  ])('%s', (_, before, found, state, tells) => {
    expect(observe(before, found, now, 'P1D')).toMatchObject({ state, tells });
  });

  it('is repeated after the period by the calendar of Brussels, and within the hour while the file is not found', () => {
    const inOrder = observe(at('published'), page, now, 'P1D').nextCheckAt;
    expect(new Date(inOrder).toISOString()).toBe('2026-03-29T09:00:00.000Z');
    const missing = observe(at('published'), { cause: 'UNREACHABLE' }, now, 'P1D').nextCheckAt;
    expect(missing - now).toBe(3_600_000);
  });
});
