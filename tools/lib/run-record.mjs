import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { end, identify, isAlive } from './process-identity.mjs';

/**
 * What one launcher has started, on disk, so that somebody else can end it when the launcher cannot.
 *
 * `<directory>/owner.json` is the launcher; `<directory>/<nn>-<name>.json` one child each, in starting order;
 * `<directory>/remove.json` the folders that go when the children have ended.
 *
 * @typedef {import('./process-identity.mjs').ProcessIdentity} ProcessIdentity
 * @typedef {ProcessIdentity & { name: string, signal: NodeJS.Signals, timeoutMs: number, foundation: boolean }} ChildRecord
 */

/**
 * Opens a record of the calling process. Each has a folder of its own, so that a watchdog still busy with the last one
 * cannot touch it.
 * @param {string} records
 * @param {{ remove?: string[] }} [options] folders to delete at the end
 * @returns {string} the record's folder
 */
export function openRecord(records, { remove = [] } = {}) {
  mkdirSync(records, { recursive: true });
  const directory = mkdtempSync(join(records, `${process.pid}-`));
  write(join(directory, 'remove.json'), remove);
  write(join(directory, 'owner.json'), identify(process.pid));
  return directory;
}

/**
 * @param {string} records
 * @returns {string[]} the folders of all records there
 */
export function recordsIn(records) {
  return existsSync(records) ? readdirSync(records).map((name) => join(records, name)) : [];
}

/**
 * Notes a child; returns the file, to be deleted when the child has ended.
 * @param {string} directory
 * @param {number} order
 * @param {ChildRecord} child
 * @returns {string}
 */
export function noteChild(directory, order, child) {
  const file = join(directory, `${String(order).padStart(3, '0')}-${child.name}.json`);
  write(file, child);
  return file;
}

/**
 * @param {string} directory
 * @returns {ProcessIdentity | undefined} the launcher this record belongs to while it runs
 */
export function liveOwner(directory) {
  const owner = read(join(directory, 'owner.json'));
  return owner && isAlive(owner) ? owner : undefined;
}

/**
 * Ends every child still noted, foundations after the others, then deletes the noted folders and the record. Safe to call twice
 * and from two processes at once: it only ever signals the very process that was noted.
 * @param {string} directory
 * @returns {Promise<string[]>} the names of those it had to end
 */
export async function sweep(directory) {
  const files = filesIn(directory).filter((file) => /^\d+-.*\.json$/.test(file));
  const noted = files.map((file) => /** @type {ChildRecord | undefined} */ (read(join(directory, file))));
  const left = noted.filter((child) => child !== undefined).filter(isAlive);
  for (const foundation of [false, true]) {
    const wave = left.filter((child) => child.foundation === foundation);
    await Promise.all(wave.map(({ signal, timeoutMs, ...child }) => end(child, { signal, timeoutMs })));
  }
  const remove = /** @type {string[]} */ (read(join(directory, 'remove.json')) ?? []);
  rmSync(directory, { recursive: true, force: true });
  for (const folder of remove) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return left.map(({ name }) => name);
}

/** @param {string} directory */
function filesIn(directory) {
  try {
    return readdirSync(directory);
  } catch (error) {
    // Swept by somebody else in the meantime.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return [];
    throw error;
  }
}

/** @param {string} file @param {unknown} value */
function write(file, value) {
  // Whole or not at all: a kill in the middle must not leave half a record.
  writeFileSync(`${file}.tmp`, JSON.stringify(value));
  renameSync(`${file}.tmp`, file);
}

/** @param {string} file */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}
