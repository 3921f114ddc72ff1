import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson } from '@convenant/kernel';
import { type KeyEncryptionKey, type KeyRotation, KeyUnavailable } from './key-provider.js';

const FORMAT = 'convenant-keyring-1';
const KEY_BYTES = 32;
/** A change takes milliseconds: a lock of this age was left by a process that died. */
const LOCK_ABANDONED_MS = 30_000;

interface KeyringFile {
  format: typeof FORMAT;
  generations: { generation: number; key: string }[];
  /** SHA-256 over the canonical JSON of the rest: tells a damaged file from a good one, it is no protection. */
  check: string;
}

/** The keyring file cannot be trusted or read. The message says which file and what to do, never a key. */
export class KeyringRefused extends Error {
  constructor(file: string, what: string, options?: ErrorOptions) {
    super(`The keyring ${file} ${what}`, options);
    this.name = 'KeyringRefused';
  }
}

/**
 * Key-encryption keys in one file on this machine, outside the database and its backups.
 *
 * Only the owner can read it (mode 0600); a file that others can read or that is damaged is refused. Every write goes to
 * a new file that is flushed and then takes the name, so a crash leaves the old keyring or the new one. Processes that
 * share the file look at it before each use: what one of them adds or destroys holds for all from then on.
 *
 * Losing the file loses every envelope: it belongs into a backup of its own.
 */
export class LocalKeyring implements KeyRotation {
  private constructor(
    private readonly file: string,
    private keys: ReadonlyMap<number, Buffer>,
    private state: string,
  ) {}

  /**
   * @param options.create make a keyring with one generation when there is no file. Say so only where nothing has been
   *   sealed yet: a new keyring in place of a lost one would hide the loss. Two processes that create at once share one.
   * @throws KeyringRefused
   */
  static async open(file: string, options: { create: boolean }): Promise<LocalKeyring> {
    let state = await stateOf(file);
    let keys = await read(file);
    if (!keys && options.create) {
      await writeFirst(file, new Map([[1, randomBytes(KEY_BYTES)]]));
      state = await stateOf(file);
      keys = await read(file);
    }
    if (!keys) throw new KeyringRefused(file, 'does not exist, and envelopes were sealed before: restore it');
    return new LocalKeyring(file, keys, state);
  }

  async current(): Promise<KeyEncryptionKey> {
    await this.refresh();
    const generation = Math.max(...this.keys.keys());
    return { generation, key: this.keys.get(generation)! };
  }

  async generation(generation: number): Promise<KeyEncryptionKey> {
    await this.refresh();
    const key = this.keys.get(generation);
    if (!key) throw new KeyUnavailable(generation);
    return { generation, key };
  }

  async generations(): Promise<number[]> {
    await this.refresh();
    return [...this.keys.keys()].sort((a, b) => a - b);
  }

  /** Adds a generation for new envelopes; older ones stay until they are destroyed. One operator at a time. */
  async rotate(): Promise<number> {
    return this.change((keys) => {
      const generation = Math.max(...keys.keys()) + 1;
      keys.set(generation, randomBytes(KEY_BYTES));
      return generation;
    });
  }

  /**
   * Destroys a generation: whatever it still wraps can never be read again, in the live store and in every backup.
   * @throws RangeError for the current generation
   */
  async destroy(generation: number): Promise<void> {
    await this.change((keys) => {
      if (generation === Math.max(...keys.keys())) throw new RangeError('The current generation cannot be destroyed');
      keys.delete(generation);
    });
  }

  /** Reads the file anew when another process has changed it. A file that is gone changes nothing that was read. */
  private async refresh(): Promise<void> {
    const state = await stateOf(this.file);
    if (state === this.state || state === '') return;
    const keys = await read(this.file);
    if (!keys) return;
    this.keys = keys;
    this.state = state;
  }

  /** Reads anew, changes, writes; a lock file keeps a second operator out. */
  private async change<T>(work: (keys: Map<number, Buffer>) => T): Promise<T> {
    const lock = `${this.file}.lock`;
    await removeAbandoned(lock);
    const handle = await open(lock, 'wx', 0o600).catch((cause: unknown) => {
      throw new KeyringRefused(this.file, `is being changed by another process`, { cause });
    });
    try {
      const keys = new Map((await read(this.file)) ?? this.keys);
      const result = work(keys);
      const temporary = await writeTemporary(this.file, keys);
      await rename(temporary, this.file);
      await syncFolder(this.file);
      this.keys = keys;
      this.state = await stateOf(this.file);
      return result;
    } finally {
      await handle.close();
      await rm(lock, { force: true });
    }
  }
}

async function removeAbandoned(lock: string): Promise<void> {
  const found = await stat(lock).catch(() => null);
  if (found && Date.now() - found.mtimeMs > LOCK_ABANDONED_MS) await rm(lock, { force: true });
}

/** Changes whenever a new file takes the name; empty when there is none. */
async function stateOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found ? `${found.ino}:${found.mtimeNs}:${found.size}` : '';
}

async function read(file: string): Promise<Map<number, Buffer> | null> {
  // O_NOFOLLOW: a link could point to a file that others may write.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new KeyringRefused(file, 'cannot be opened', { cause });
  });
  if (!handle) return null;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new KeyringRefused(file, 'is not a regular file');
    if ((stat.mode & 0o077) !== 0) throw new KeyringRefused(file, 'can be read by others: set its mode to 0600');
    if (process.getuid && stat.uid !== process.getuid()) throw new KeyringRefused(file, 'belongs to another account');
    return parse(file, await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

function parse(file: string, text: string): Map<number, Buffer> {
  let content: KeyringFile;
  try {
    content = JSON.parse(text) as KeyringFile;
  } catch {
    // The parser's message quotes the text: it is not passed on.
    throw new KeyringRefused(file, 'is damaged: restore it from its backup');
  }
  const keys = new Map<number, Buffer>();
  for (const entry of Array.isArray(content?.generations) ? content.generations : []) {
    if (typeof entry?.key === 'string') keys.set(entry.generation, Buffer.from(entry.key, 'base64'));
  }
  const right =
    content?.format === FORMAT &&
    keys.size > 0 &&
    [...keys].every(
      ([generation, key]) => Number.isInteger(generation) && generation > 0 && key.length === KEY_BYTES,
    ) &&
    typeof content.check === 'string' &&
    sameText(content.check, checkOf(content.generations));
  if (!right) throw new KeyringRefused(file, 'is damaged: restore it from its backup');
  return keys;
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function checkOf(generations: KeyringFile['generations']): string {
  return createHash('sha256')
    .update(canonicalJson({ format: FORMAT, generations }))
    .digest('hex');
}

async function writeTemporary(file: string, keys: ReadonlyMap<number, Buffer>): Promise<string> {
  const generations = [...keys]
    .sort(([a], [b]) => a - b)
    .map(([generation, key]) => ({ generation, key: key.toString('base64') }));
  const content: KeyringFile = { format: FORMAT, generations, check: checkOf(generations) };
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Takes the name only if it is still free: of two processes that start at once, both use the keyring of the first. */
async function writeFirst(file: string, keys: ReadonlyMap<number, Buffer>): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = await writeTemporary(file, keys);
  try {
    await link(temporary, file);
    await syncFolder(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function syncFolder(file: string): Promise<void> {
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
