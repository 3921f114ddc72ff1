import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../launch/paths.mjs';
import { checkContracts } from './contracts.mjs';
import { checkGeneratedFiles } from './generated-files.mjs';
import { checkLockfile } from './lockfile.mjs';
import { checkMachinePaths } from './machine-paths.mjs';
import { checkProblemPages } from './problem-pages.mjs';

/**
 * Everything about the sources that a program can tell, short of running them. All checks run, also after one failed.
 * @param {string[]} args `--write` brings generated files up to date
 */
export async function check(args) {
  const write = args.includes('--write');
  /** @type {[string, () => import('./findings.mjs').Findings | Promise<import('./findings.mjs').Findings>][]} */
  const checks = [
    ['types', () => [...tool('tsc', ['-b']), ...tool('tsc', ['-p', 'tools']), ...tool('tsc', ['-p', 'bench'])]],
    ['lint', () => tool('eslint', ['.'])],
    ['boundaries', () => tool('depcruise', boundaries)],
    ['lockfile', () => checkLockfile(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))],
    ['promises of the events', () => checkContracts({ write })],
    ['generated files', () => checkGeneratedFiles({ write })],
    ['problem pages', () => checkProblemPages()],
    ['paths of this machine', () => checkMachinePaths()],
    ['format', () => tool('prettier', ['--check', '--log-level=warn', '.'])],
  ];
  let failed = 0;
  for (const [name, run] of checks) {
    const findings = await run();
    console.log(`${findings.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
    for (const finding of findings) console.log(finding.replaceAll(/^/gm, '       '));
    if (findings.length > 0) failed += 1;
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

const boundaries = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'libs', 'apps', 'tools', 'bench'];

/**
 * @param {string} program as npm links it
 * @param {string[]} args
 * @returns {import('./findings.mjs').Findings} its output as one finding, when it ends badly
 */
function tool(program, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/.bin', program), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return status === 0 ? [] : [`${stdout}\n${stderr}`.trim() || `${program} ended with exit code ${status}`];
}
