import kafkajs from 'kafkajs';
import pg from 'pg';

/**
 * Removes an installation from servers that it shared with others: databases, roles, the topics of the system and of its
 * parties. What is not there is passed over.
 * @param {{ installation: string, services: readonly string[], adminUrl: string,
 *   kafka: { brokers: string[], sasl?: { username: string, password: string }, tls?: boolean } }} options
 */
export async function removeInstallation({ installation, services, adminUrl, kafka: { brokers, sasl, tls } }) {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    for (const service of services) {
      const database = `${installation}_${service}`;
      await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
      for (const role of [database, `${database}_owner`]) {
        await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(role)}`);
      }
    }
    await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(`${installation}_claim`)}`);
  } finally {
    await admin.end();
  }

  const kafka = new kafkajs.Kafka({
    clientId: 'remove-installation',
    brokers,
    ssl: tls ?? false,
    ...(sasl && { sasl: { mechanism: 'scram-sha-512', ...sasl } }),
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await kafka.connect();
  try {
    const topics = (await kafka.listTopics()).filter((topic) => topic.startsWith(`${installation}.`));
    await kafka.deleteTopics({ topics });
  } finally {
    await kafka.disconnect();
  }
}
