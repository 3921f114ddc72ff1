import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@convenant/testing';
import { identify, isAlive } from './process-identity.mjs';
import { Processes } from './processes.mjs';
import { liveOwner, recordsIn, sweep } from './run-record.mjs';

describe('Processes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'processes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const running = (pid: number) => identify(pid) !== undefined;

  /** A launcher of its own, with one child that must be asked twice. */
  const launcher = async (removed: string) => {
    const program = join(folder, 'launcher.mjs');
    const lib = new URL('./processes.mjs', import.meta.url).href;
    writeFileSync(
      program,
      `import { Processes } from ${JSON.stringify(lib)};
       const processes = new Processes(${JSON.stringify(join(folder, 'run'))}, { remove: [${JSON.stringify(removed)}] });
       const stubborn = 'trap "" TERM; while :; do read -t 1 line; done < <(tail -f /dev/null)';
       const child = processes.start('stubborn', 'bash', ['-c', stubborn], {
         logFile: ${JSON.stringify(join(folder, 'child.log'))}, timeoutMs: 300 });
       console.log(child.pid);
       setInterval(() => {}, 1000);`,
    );
    const started = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const child = await new Promise<number>((resolve) => started.stdout.once('data', (text) => resolve(Number(text))));
    return { pid: started.pid!, child };
  };

  it('ends the children, deletes the folders and the record when the launcher is killed', async () => {
    const removed = join(folder, 'data');
    mkdirSync(removed);
    const { pid, child } = await launcher(removed);
    expect(running(child)).toBe(true);
    process.kill(pid, 'SIGKILL');
    await eventually(() => !running(child), { what: 'the child has ended' });
    await eventually(() => !existsSync(removed), { what: 'the folder has gone' });
    expect(recordsIn(join(folder, 'run'))).toEqual([]);
  });

  it('leaves a record that others can read while the launcher runs, and sweep when it does not', async () => {
    const processes = new Processes(join(folder, 'run'));
    const child = processes.start('sleeper', 'sleep', ['1000'], { logFile: join(folder, 'log') });
    const [record = ''] = recordsIn(join(folder, 'run'));
    expect(liveOwner(record)?.pid).toBe(process.pid);
    expect(await sweep(record)).toEqual(['sleeper']);
    expect(await child.exited).toBe('was ended by SIGTERM');
    expect(await sweep(record)).toEqual([]);
  });

  it('never signals another process that got the number of a noted one', async () => {
    const processes = new Processes(join(folder, 'run'));
    const child = processes.start('sleeper', 'sleep', ['1000'], { logFile: join(folder, 'log') });
    const [record = ''] = recordsIn(join(folder, 'run'));
    const file = join(record, '000-sleeper.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), startedAt: '1' }));
    expect(await sweep(record)).toEqual([]);
    expect(isAlive(identify(child.pid)!)).toBe(true);
    await child.stop();
  });

  it('says how a child ended that nobody stopped', async () => {
    const processes = new Processes(join(folder, 'run'));
    const child = processes.start('short', 'bash', ['-c', 'exit 3'], { logFile: join(folder, 'log') });
    const how = await new Promise((resolve) => child.watch(resolve));
    expect(how).toBe('ended with exit code 3');
    await processes.stopAll();
  });

  it('says so when a program is not there', async () => {
    const processes = new Processes(join(folder, 'run'));
    const child = processes.start('absent', 'no-such-program', [], { logFile: join(folder, 'log') });
    expect(await child.exited).toMatch(/could not be started/);
    await processes.stopAll();
  });
});
