import type { Story } from './story.js';

/**
 * The file of a protocol under a reference of this run: of one agreement only one protocol is ever in force, and a run that was
 * broken off leaves its own behind. A framework keeps its reference, since others accede by it.
 */
export function textOfRun({ run }: Story, file: string): string {
  if (/^kind: framework$/m.test(file)) return file;
  return file.replace(/^reference: .*$/m, (line) => `${line}-${run}`);
}
