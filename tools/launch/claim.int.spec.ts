import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import kafkajs, { type KafkaConfig } from 'kafkajs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaSettings, testInstallation } from '@convenant/testing';
import pg from 'pg';
import { claimOnKafka, claimOnPostgres, folderId } from './claim.mjs';

const { brokers, sasl } = kafkaSettings();
const kafka: KafkaConfig = { clientId: 'claim-spec', brokers, sasl: { mechanism: 'scram-sha-512', ...sasl } };
const adminUrl = String(process.env.TEST_DATABASE_URL);
const installation = testInstallation();

describe.each([
  ['PostgreSQL', (name: string, home: string) => claimOnPostgres(adminUrl, name, home)],
  ['Kafka', (name: string, home: string) => claimOnKafka(kafka, name, home)],
])('the name of an installation on %s', (server, claim) => {
  let one: string;
  let other: string;
  beforeEach(() => {
    one = mkdtempSync(join(tmpdir(), 'claim-'));
    other = mkdtempSync(join(tmpdir(), 'claim-'));
  });
  afterEach(() => [one, other].forEach((folder) => rmSync(folder, { recursive: true })));
  afterAll(forget);

  it('belongs to the folder that claims it first, at every start', async () => {
    const name = `${installation}a`;
    await claim(name, one);
    await claim(name, one);
    await expect(claim(name, other)).rejects.toThrow(new RegExp(`On this ${server} .* belongs to another folder`));
    writeFileSync(join(other, 'folder-id'), readFileSync(join(one, 'folder-id')));
    await claim(name, other);
  });

  it('is another one for another folder', async () => {
    await claim(`${installation}b`, one);
    await claim(`${installation}c`, other);
    expect(folderId(one)).not.toBe(folderId(other));
  });
});

async function forget(): Promise<void> {
  const names = ['a', 'b', 'c'].map((letter) => `${installation}${letter}`);
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  for (const name of names) await client.query(`DROP ROLE IF EXISTS ${name}_claim`);
  await client.end();
  const admin = new kafkajs.Kafka({ ...kafka, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => names.some((name) => topic.startsWith(`${name}.claim.`)));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.disconnect();
}
