import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { Sentence } from './sentence.mjs';

/**
 * An installation's name is the prefix of everything it owns on servers that others may use too: two folders under one
 * name would read and write each other's databases and topics. So each folder has an id and leaves it on the servers:
 * in PostgreSQL as the comment of the role `<installation>_claim` (which may not log in), in Kafka as the name of an
 * empty topic, `<installation>.claim.<id>`.
 */

/**
 * The id of the folder `home`, made on the first call.
 * @param {string} home
 * @returns {string}
 */
export function folderId(home) {
  const file = join(home, 'folder-id');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(home, { recursive: true });
  const id = randomUUID();
  writeFileSync(file, `${id}\n`);
  return id;
}

/**
 * @param {string} adminUrl
 * @param {string} installation
 * @param {string} home
 */
export async function claimOnPostgres(adminUrl, installation, home) {
  const id = folderId(home);
  const role = `${installation}_claim`;
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await admin.connect().catch((error) => {
    throw new Sentence(`DATABASE_URL does not lead to a PostgreSQL that lets us in: ${error.message}`);
  });
  try {
    await admin.query('BEGIN');
    await admin.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [role]);
    const { rows } = await admin.query(
      `SELECT shobj_description(oid, 'pg_authid') AS claim FROM pg_roles WHERE rolname = $1`,
      [role],
    );
    if (rows.length === 0) {
      await admin.query(`CREATE ROLE ${pg.escapeIdentifier(role)} NOLOGIN`);
      await admin.query(`COMMENT ON ROLE ${pg.escapeIdentifier(role)} IS ${pg.escapeLiteral(id)}`);
    }
    await admin.query('COMMIT');
    const claim = rows[0]?.claim;
    if (rows.length > 0 && claim !== id) throw claimed('PostgreSQL', installation, claim, home);
  } finally {
    await admin.end();
  }
}

/**
 * @param {import('kafkajs').KafkaConfig} settings
 * @param {string} installation
 * @param {string} home
 */
export async function claimOnKafka(settings, installation, home) {
  const own = `${installation}.claim.${folderId(home)}`;
  const admin = new kafkajs.Kafka({ ...settings, logLevel: kafkajs.logLevel.NOTHING }).admin();
  const claims = async () => {
    const topics = await admin.listTopics();
    return topics.filter((topic) => topic.startsWith(`${installation}.claim.`)).sort();
  };
  try {
    await admin.connect().catch((error) => {
      throw new Sentence(`KAFKA_BROKERS does not lead to a Kafka that lets us in: ${error.message}`);
    });
    if ((await claims()).length === 0) await admin.createTopics({ topics: [{ topic: own, numPartitions: 1 }] });
    // Two first starts at the same moment both find none and make one each: the first in the alphabet holds.
    const [holder] = await claims();
    if (holder === own) return;
    if ((await claims()).includes(own)) await admin.deleteTopics({ topics: [own] });
    throw claimed('Kafka', installation, holder?.slice(`${installation}.claim.`.length), home);
  } finally {
    await admin.disconnect();
  }
}

/**
 * @param {string} server
 * @param {string} installation
 * @param {string | undefined} holder
 * @param {string} home
 */
function claimed(server, installation, holder, home) {
  return new Sentence(
    `On this ${server} the installation ${installation} belongs to another folder (id ${holder}). ` +
      `Set INSTALLATION to a name of your own; or, if this folder takes over from that one, ` +
      `write that id into ${join(home, 'folder-id')}.`,
  );
}
