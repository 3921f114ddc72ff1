import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, identify } from './process-identity.mjs';
import { noteChild, openRecord, sweep } from './run-record.mjs';

/**
 * @typedef {{
 *   cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number,
 *   logFile: string, signal?: NodeJS.Signals, timeoutMs?: number, foundation?: boolean,
 * }} ChildOptions `signal` asks it to end, `timeoutMs` is how long it may take (default 4 s: all of it ends in 10 s);
 *   `foundation`: others need it to end well, so it ends after them
 *
 * @typedef {{ name: string, pid: number, exited: Promise<string>, hasExited: () => boolean, foundation: boolean,
 *   watch: (listener: (how: string) => void) => void,
 *   stop: () => Promise<void>, kill: () => Promise<void> }} Child `watch`: hears of an end that nobody asked for
 */

/**
 * The processes a launcher starts: each leads a group of its own (Ctrl-C in the terminal reaches only the launcher) and
 * is noted on disk. They end by `stopAll()`, or by the watchdog when the launcher ends without it, or by whoever next
 * sweeps the record.
 */
export class Processes {
  #order = 0;
  /** @type {Set<Child>} */
  #children = new Set();
  #record;
  #stopping = false;

  /**
   * @param {string} records folder of the run records of all that ever start here
   * @param {{ remove?: string[] }} [options] folders to delete once everything has ended
   */
  constructor(records, options) {
    const record = openRecord(records, options);
    this.#record = record;
    const watchdog = spawn(process.execPath, [fileURLToPath(new URL('./watchdog.mjs', import.meta.url)), record], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: process.env.PATH },
    });
    watchdog.unref();
    /** @type {any} */ (watchdog.stdin).unref();
  }

  /**
   * Starts a child; its output goes to `logFile`.
   * @param {string} name
   * @param {string} command
   * @param {string[]} args
   * @param {ChildOptions} options
   * @returns {Child}
   */
  start(name, command, args, options) {
    const { logFile, signal = 'SIGTERM', timeoutMs = 4000, foundation = false, ...rest } = options;
    // What is started side by side goes on after one of them has failed and all were told to stop.
    if (this.#stopping) throw new Error(`${name} is not started: everything is being stopped`);
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    const child = spawn(command, args, { ...rest, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    const file =
      identity && noteChild(this.#record, this.#order++, { ...identity, name, signal, timeoutMs, foundation });
    let how = '';
    let asked = false;
    const exited = new Promise((/** @type {(how: string) => void} */ resolve) => {
      const finish = (/** @type {string} */ reason) => {
        if (how) return;
        how = reason;
        this.#children.delete(entry);
        if (file) rmSync(file, { force: true });
        resolve(how);
      };
      child.once('error', (error) => finish(`could not be started (${error.message})`));
      child.once('exit', (code, by) => finish(by ? `was ended by ${by}` : `ended with exit code ${code}`));
    });
    const finishBy = async (/** @type {NodeJS.Signals} */ by) => {
      asked = true;
      if (identity) await end(identity, { signal: by, timeoutMs });
      await exited;
    };
    /** @type {Child} */
    const entry = {
      name,
      pid: child.pid ?? 0,
      exited,
      hasExited: () => how !== '',
      foundation,
      watch: (listener) => void exited.then((how) => asked || listener(how)),
      stop: () => finishBy(signal),
      kill: async () => {
        asked = true;
        // The group, so that nothing the child itself started outlives it.
        if (identity && !how) process.kill(-identity.pid, 'SIGKILL');
        await exited;
      },
    };
    this.#children.add(entry);
    return entry;
  }

  /** Ends the children side by side, foundations after the others, then deletes the record. */
  async stopAll() {
    this.#stopping = true;
    for (const foundation of [false, true]) {
      const wave = [...this.#children].filter((child) => child.foundation === foundation);
      await Promise.all(wave.map((child) => child.stop()));
    }
    await sweep(this.#record);
  }
}
