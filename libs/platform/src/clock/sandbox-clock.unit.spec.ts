import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@convenant/kernel';
import { createClock } from './sandbox-clock.js';

describe('createClock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const file = join(folder, 'offset');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the machine’s own time without a sandbox file', () => {
    expect(createClock({})).toBe(systemClock);
  });

  it('moves the moment the file changes, and not at all without the file', () => {
    const clock = createClock({ SANDBOX_CLOCK_FILE: file });
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    writeFileSync(file, '86400000\n');
    expect(clock.now() - Date.now()).toBeGreaterThan(86_000_000);
    writeFileSync(file, '-86400000');
    expect(clock.now() - Date.now()).toBeLessThan(-86_000_000);
  });

  it('does not jump back while the file is being written', () => {
    const clock = createClock({ SANDBOX_CLOCK_FILE: file });
    writeFileSync(file, '86400000');
    clock.now();
    writeFileSync(file, '');
    expect(clock.now() - Date.now()).toBeGreaterThan(86_000_000);
  });

  it('stops rather than guess when the file holds something else', () => {
    writeFileSync(file, 'tomorrow');
    expect(() => createClock({ SANDBOX_CLOCK_FILE: file }).now()).toThrow(/whole number of milliseconds/);
  });
});
