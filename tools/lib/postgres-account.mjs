import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * PostgreSQL refuses to run as root. Under root it runs as the account `postgres`, which is made when it is missing;
 * under anyone else it runs as that one.
 * @returns {{ uid: number, gid: number } | undefined} undefined: run as whoever we are
 */
export function postgresAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const find = () => {
    try {
      return { uid: Number(run('id', ['-u', 'postgres'])), gid: Number(run('id', ['-g', 'postgres'])) };
    } catch {
      return undefined;
    }
  };
  const existing = find();
  if (existing) return existing;
  run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = find();
  if (!made) throw new Error('The account postgres could not be made. Run as an ordinary user instead of root.');
  return made;
}

/**
 * The command line that runs a PostgreSQL program under its account. Where a folder above the program or the data is
 * closed to others (a checkout in /root or in a private temporary folder), the account keeps root's right to pass
 * through it, and nothing else of root.
 * @param {string} program absolute path
 * @param {string[]} args
 * @param {string[]} paths what it must reach, beside itself
 * @param {{ uid: number, gid: number } | undefined} account
 * @returns {{ command: string, args: string[], options: { uid?: number, gid?: number } }}
 */
export function asAccount(program, args, paths, account) {
  if (!account) return { command: program, args, options: {} };
  if ([program, ...paths].every(isOpenToOthers)) return { command: program, args, options: account };
  const id = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const capability = [
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
  ];
  // Without this bit access(2), which PostgreSQL asks about its own programs, disregards the capability.
  const bits = '--securebits=+no_setuid_fixup';
  return { command: 'setpriv', args: [...id, ...capability, bits, '--', program, ...args], options: {} };
}

/** @param {string} path @returns {boolean} whether everyone may pass through all folders above it */
function isOpenToOthers(path) {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** @param {string} command @param {string[]} args @returns {string} */
function run(command, args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
