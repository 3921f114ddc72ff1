import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface OpenedArchive {
  /** Which program opened it. */
  program: string;
  /** True when nothing, not even a file name, can be read without the passphrase. */
  headersEncrypted: boolean;
  /** Of the files in it, as the program names it. */
  methods: string[];
  files: Map<string, string>;
}

/**
 * Opens an archive with a 7-Zip that is not ours: `7z` or `7zz` of this machine, else the one that npm has.
 * @throws when the passphrase does not open it, and when another one does
 */
export async function openArchive(archive: Buffer, passphrase: string): Promise<OpenedArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'story-archive-'));
  try {
    const program = await sevenZip(folder);
    const file = join(folder, 'archive.7z');
    await writeFile(file, archive, { mode: 0o600 });
    const wrong = await run(program.path, ['l', '-pnot-this-one', file]).then(
      ({ stdout }) => stdout,
      () => undefined,
    );
    const { stdout } = await run(program.path, ['l', '-slt', `-p${passphrase}`, file]);
    const opened = join(folder, 'opened');
    await run(program.path, ['x', '-y', `-p${passphrase}`, `-o${opened}`, file]);
    const names = await readdir(opened);
    const contents = await Promise.all(names.map((name) => readFile(join(opened, name), 'utf8')));
    return {
      program: program.name,
      headersEncrypted: wrong === undefined,
      methods: [...stdout.matchAll(/^Method = (.+)$/gm)].map(([, method]) => method!),
      files: new Map(names.map((name, index) => [name, contents[index]!])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sevenZip(folder: string): Promise<{ name: string; path: string }> {
  for (const name of ['7zz', '7z']) {
    const found = await run(name, ['i']).then(
      () => true,
      () => false,
    );
    if (found) return { name: `${name} of this machine`, path: name };
  }
  const { path7za } = createRequire(import.meta.url)('7zip-bin') as { path7za: string };
  // The package ships its program without the right to run.
  const path = join(folder, '7za');
  await copyFile(path7za, path);
  await chmod(path, 0o700);
  return { name: '7za of npm 7zip-bin', path };
}
