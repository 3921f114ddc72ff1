// Runs in a worker thread: 7-Zip is synchronous and derives its key with half a million rounds of SHA-256.
// Only types may be erased from this file: tests run it as it stands, without a compiler.
import { parentPort } from 'node:worker_threads';
import SevenZipPackage, { type SevenZipModuleFactory } from '7z-wasm';

export interface SevenZipJob {
  id: number;
  files: { name: string; content: string }[];
  passphrase: string;
}
export interface SevenZipResult {
  id: number;
  archive?: Uint8Array;
  /** What went wrong, without anything of the content. */
  error?: string;
}

// The package is CommonJS with types of an ES module: what is imported is the factory itself.
const SevenZip = SevenZipPackage as unknown as SevenZipModuleFactory;
const ARCHIVE = 'archive.7z';

/** Headers are encrypted too (`-mhe=on`): without, names and checksums of the plaintext stand in the open. */
async function build(job: SevenZipJob): Promise<Uint8Array> {
  const output: string[] = [];
  let status = 0;
  const module = await SevenZip({
    print: () => undefined,
    printErr: (line) => output.push(line),
    quit: (code) => {
      status = code;
    },
  });
  for (const { name, content } of job.files) module.FS.writeFile(name, content);
  const names = job.files.map(({ name }) => name);
  module.callMain(['a', '-t7z', '-mhe=on', '-mx=5', '-mmt=off', '-y', `-p${job.passphrase}`, ARCHIVE, ...names]);
  if (status !== 0) throw new Error(`7-Zip ended with status ${status}`);
  return module.FS.readFile(ARCHIVE) as Uint8Array;
}

const port = parentPort!;
port.on('message', (job: SevenZipJob) => {
  build(job).then(
    (archive) => {
      const copy = Uint8Array.from(archive);
      port.postMessage({ id: job.id, archive: copy } satisfies SevenZipResult, [copy.buffer]);
    },
    (cause: unknown) => {
      const error = cause instanceof Error ? cause.message : '7-Zip failed';
      port.postMessage({ id: job.id, error } satisfies SevenZipResult);
    },
  );
});
