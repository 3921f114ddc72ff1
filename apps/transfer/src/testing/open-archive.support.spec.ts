import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Opens an archive with a real 7-Zip that this product did not write: `7z` or `7zz` of the machine, else that of npm.
 * @throws when the passphrase is wrong or the archive damaged
 */
export async function openArchive(file: string, passphrase: string) {
  const folder = await mkdtemp(join(tmpdir(), 'opened-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const program = await sevenZipProgram(folder);
    const { stdout: listing } = await run(program, ['l', '-slt', `-p${passphrase}`, file]);
    await run(program, ['x', '-y', `-p${passphrase}`, `-o${folder}`, file]);
    return { folder, listing, remove };
  } catch (cause) {
    await remove();
    throw new Error('7-Zip did not open the archive', { cause });
  }
}

async function sevenZipProgram(folder: string): Promise<string> {
  for (const name of ['7z', '7zz']) {
    const found = await run('sh', ['-c', `command -v ${name}`]).catch(() => null);
    if (found) return name;
  }
  // The package ships its binary without the run bit.
  const { path7za } = createRequire(import.meta.url)('7zip-bin') as { path7za: string };
  const program = join(folder, '7za');
  await copyFile(path7za, program);
  await chmod(program, 0o700);
  return program;
}
