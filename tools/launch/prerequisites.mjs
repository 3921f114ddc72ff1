import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasKafkaJars } from '../lib/kafka-jars.mjs';
import { isFree } from '../lib/ports.mjs';
import { localFolder, root } from './paths.mjs';
import { pickUpPreviousStart } from './previous-start.mjs';
import { Sentence } from './sentence.mjs';

const gibibyte = 2 ** 30;

/** The setting by which a command uses a Kafka that is already there. The demo always brings its own.
 * @type {Record<string, string | undefined>} */
const existingKafka = {
  start: 'KAFKA_BROKERS',
  kills: 'KAFKA_BROKERS',
  test: 'TEST_KAFKA_BROKERS',
  bench: 'TEST_KAFKA_BROKERS',
};

/**
 * Refuses, before anything is installed or written, what could not work. The first thing missing is one sentence with
 * its remedy.
 * @param {string} command
 */
export async function checkPrerequisites(command) {
  if (command === 'check' || command === 'clauses' || command === 'purge' || command === 'ops') return;
  if (command === 'start') {
    await pickUpPreviousStart();
    await checkPort();
  }
  const setting = existingKafka[command];
  if (!setting || !process.env[setting]) {
    const instead = setting ? `, or set ${setting} to use an existing Kafka` : '';
    checkJava(instead);
    if (!hasKafkaJars()) checkMaven(instead);
  }
  checkDisk(command);
}

/** An explicit PORT is a promise to others: taken means stop, not another one. */
async function checkPort() {
  const wanted = process.env.PORT;
  if (wanted === undefined || wanted === '') return;
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Sentence(`PORT is ${wanted}, which is no port number. Set one from 1 to 65535, or leave PORT unset.`);
  if (!(await isFree(port)))
    throw new Sentence(`Port ${port} is taken. Set PORT to another one, or leave it unset and a free one is chosen.`);
}

/** @param {string} instead */
function checkJava(instead) {
  const found = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const remedy = `Install one (Debian, Ubuntu: apt-get install openjdk-17-jre-headless)${instead}.`;
  if (found.error) throw new Sentence(`Apache Kafka needs Java 17 or newer, and there is no java. ${remedy}`);
  // "1.8.0" in old versions, "17.0.15" since.
  const [, first = '0', second] = /version "(\d+)(?:\.(\d+))?/.exec(found.stderr) ?? [];
  const version = first === '1' ? Number(second) : Number(first);
  if (version < 17) throw new Sentence(`Apache Kafka needs Java 17 or newer; this is Java ${version}. ${remedy}`);
}

/** @param {string} instead */
function checkMaven(instead) {
  if (spawnSync('mvn', ['-v'], { encoding: 'utf8' }).error)
    throw new Sentence(
      'Apache Maven fetches Apache Kafka on the first start, and there is no mvn. ' +
        `Install it (Debian, Ubuntu: apt-get install maven)${instead}.`,
    );
}

/** @param {string} command */
function checkDisk(command) {
  const first = !existsSync(join(root, 'node_modules/.package-lock.json')) || !existsSync(localFolder);
  const folders = command === 'start' || first ? [root] : [];
  if (['test', 'demo', 'kills', 'bench'].includes(command)) folders.push(tmpdir());
  for (const folder of folders) {
    const needed = first && folder === root ? 3 : 1;
    const { bavail, bsize } = statfsSync(folder);
    const free = (bavail * bsize) / gibibyte;
    if (free < needed)
      throw new Sentence(
        `${folder} has ${free.toFixed(1)} GiB of free disk space and ${needed} GiB are needed. Free some and start again.`,
      );
  }
}
