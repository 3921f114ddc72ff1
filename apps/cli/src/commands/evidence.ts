import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { ApiClient } from '../api-client.js';
import { collectEvidence } from '../evidence/collect-evidence.js';
import { CommandFailure, exitCodes, type ExitCode } from '../exit-codes.js';
import { tar, type TarFile } from '../output/tar.js';
import type { Terminal } from '../terminal.js';

const MANIFEST = 'SHA256SUMS';

export interface EvidenceOptions {
  readonly protocol: string | undefined;
  readonly out?: string | undefined;
  readonly json: boolean;
}

/**
 * `evidence <protocolId> --out FILE`: all that the caller's party may read of one protocol as one tar with a manifest of hashes,
 * which anybody verifies with `sha256sum -c`. Writes the file whole or not at all, and over no other.
 *
 * @param connect makes the client once the command line is known to be right
 */
export async function evidence(
  connect: () => ApiClient,
  terminal: Terminal,
  { protocol, out, json }: EvidenceOptions,
): Promise<ExitCode> {
  if (protocol === undefined) throw misused('Say of which protocol');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(protocol)) throw misused('A protocol is named by its id');
  if (out === undefined) throw misused('Say where to write it: --out');
  const api = connect();
  const at = Date.now();
  const { files, counts } = await collectEvidence(api, protocol);
  const shown = [{ path: 'README.txt', content: Buffer.from(readme(protocol, at)) }, ...files];
  const manifest = Buffer.from(shown.map(({ path, content }) => `${sha256(content)}  ${path}\n`).join(''));
  const all: TarFile[] = [...shown, { path: MANIFEST, content: manifest }];
  await write(out, tar(`evidence-${protocol}`, all, at));
  const told = { file: out, files: all.length, ...counts, manifestHash: sha256(manifest) };
  terminal.out(
    json
      ? `${JSON.stringify(told)}\n`
      : `${out}: ${told.files} files, ${counts.versions} versions, ${counts.documents} documents, ` +
          `${counts.trailEntries} entries of the trail\n${MANIFEST} has SHA-256 ${told.manifestHash}\n`,
  );
  return exitCodes.done;
}

/** For its owner alone: what the parties tell each other is no public matter. */
async function write(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new CommandFailure(exitCodes.conflict, `${path} is there already`);
    throw new CommandFailure(exitCodes.failed, `${path} cannot be written: ${error.code}`);
  });
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function readme(protocol: string, at: number): string {
  return `Evidence of protocol ${protocol}, as one of its parties could read it on ${new Date(at).toISOString()}.

To see that nothing was changed since, in this folder:

  sha256sum -c --strict ${MANIFEST}

The hash of ${MANIFEST} itself was shown when this was made; whoever vouches for the evidence vouches for that hash.

protocol.json          state, findings, decisions, opinions and signatures over documentHash and dataHash
versions/              every version as data; N-difference.json: what it changed
endings/               each ending, its duties, and what was disclosed after a ground had gone
publications.json      where the parties publish; public/ has the published files, byte for byte
documents/             opinions, contracts and evidence, each named by its SHA-256
alerts.json, disputes.json, processors.json, processor-lists.json, law-changes.json, evidence.json,
evidence-requests.json what the parties owe each other and what is amiss
register-entries.json  the register of processing activities of the party (GDPR Art. 30)
reconciliation.json    the entries of both parties beside each other
trail.ndjson           every event that the party may see, a line each, in the order in which it became visible
completeness.json      up to which position nothing is missing, asked before the trail was read

Persons stand here by reference only, but for what documents say. It is confidential to the parties.
`;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function misused(why: string): CommandFailure {
  return new CommandFailure(
    exitCodes.usage,
    `${why}\n\nUsage: convenant evidence <protocolId> --out <file.tar> [--json]`,
  );
}
