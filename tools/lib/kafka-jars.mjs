import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pom = join(root, 'deploy/kafka/pom.xml');

/**
 * The folder that holds (or will hold) Kafka's jars: one per content of the pom, shared by tests, demo and start.
 * @returns {string}
 */
export function kafkaJarsFolder() {
  const hash = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  return join(root, '.local/kafka/libs', hash);
}

/** @returns {boolean} whether Maven is needed at all */
export function hasKafkaJars() {
  return existsSync(kafkaJarsFolder());
}

/**
 * Kafka's jars, fetched by Maven on the first call.
 * @returns {Promise<string>} the folder
 */
export async function kafkaJars() {
  const folder = kafkaJarsFolder();
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`];
  try {
    await promisify(execFile)('mvn', ['-B', '-q', '-f', pom, ...goal]);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`Maven could not fetch Kafka's jars:\n${`${stdout}\n${stderr}`.trim().slice(0, 2000)}`, {
      cause: error,
    });
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Somebody else was first; theirs is as good.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
