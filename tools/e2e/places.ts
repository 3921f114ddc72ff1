import { readdir, readFile } from 'node:fs/promises';
import fs from 'node:fs';
import { join, relative } from 'node:path';
import kafkajs from 'kafkajs';
import pg from 'pg';
import type { SystemUnderTest } from './start-system.js';
import type { CanarySearch } from './canaries.js';

/** Every row of every table of every service, as PostgreSQL writes it (bytes in hex). */
export async function searchDatabases({ databases }: SystemUnderTest, search: CanarySearch): Promise<number> {
  let rows = 0;
  for (const [service, url] of databases) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables.rows) {
      const content = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      rows += content.rows.length;
      for (const { row } of content.rows) search.in(`table ${service}: ${name}`, row);
    }
    // Statistics keep sample values.
    const sampled = await client.query<{ row: string }>(
      `SELECT s::text AS row FROM pg_stats s WHERE schemaname = 'public'`,
    );
    for (const { row } of sampled.rows) search.in(`statistics of ${service}`, row);
    await client.end();
  }
  return rows;
}

/** Every topic of the installation: the fixed ones and those of its parties. */
export async function everyTopic({ kafka, installation }: SystemUnderTest): Promise<string[]> {
  const { brokers, sasl } = kafka;
  const admin = new kafkajs.Kafka({
    clientId: 'canary-topics',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics.filter((topic) => topic.startsWith(`${installation}.`));
}

/** Key, headers and value of every record of every fact topic, up to where they reach now. */
export async function searchTopics(
  { topics, kafka, installation }: SystemUnderTest,
  search: CanarySearch,
): Promise<number> {
  const { brokers, sasl } = kafka;
  const client = new kafkajs.Kafka({
    clientId: 'canary-search',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const awaited = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) awaited.set(`${topic} ${partition}`, BigInt(high));
    }
  }
  const groupId = `${installation}.canaries`;
  const consumer = client.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  let records = 0;
  await new Promise<void>((resolve, reject) => {
    if (awaited.size === 0) resolve();
    consumer
      .run({
        eachMessage: async ({ topic, partition, message }) => {
          records += 1;
          search.in(`key in ${topic}`, message.key ?? Buffer.alloc(0));
          search.in(`value in ${topic}`, message.value ?? Buffer.alloc(0));
          for (const [name, value] of Object.entries(message.headers ?? {})) {
            for (const part of [value].flat()) search.in(`header ${name} in ${topic}`, part ?? Buffer.alloc(0));
          }
          const end = awaited.get(`${topic} ${partition}`);
          if (end !== undefined && BigInt(message.offset) + 1n >= end) awaited.delete(`${topic} ${partition}`);
          if (awaited.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  await admin.deleteGroups([groupId]);
  await admin.disconnect();
  return records;
}

/** What the sandbox's mail server keeps: a mail shows nothing but the archive. */
export async function searchMails({ sandboxDirectory }: SystemUnderTest, search: CanarySearch): Promise<number> {
  const spool = join(sandboxDirectory, 'mails');
  const files = await readdir(spool);
  for (const file of files) search.in(`mail ${file}`, await readFile(join(spool, file)));
  return files.length;
}

/** All that is written to standard output and standard error from now on, whoever writes it; it is still written. */
export function captureOutput(): { text(): string; release(): void } {
  const parts: Buffer[] = [];
  const keep = (fd: unknown, data: unknown) => {
    if (fd === 1 || fd === 2) parts.push(Buffer.from(data as string));
  };
  // pino writes to the file descriptor itself, past process.stdout.
  const { writeSync, write } = fs;
  fs.writeSync = ((fd: number, data: string, ...rest: []) => {
    keep(fd, data);
    return fd === 1 ? Buffer.byteLength(data) : writeSync(fd, data, ...rest);
  }) as typeof fs.writeSync;
  fs.write = ((fd: number, data: string, ...rest: []) => {
    keep(fd, data);
    return (write as (...parameters: unknown[]) => void)(fd, data, ...rest);
  }) as unknown as typeof fs.write;
  const streams = [process.stdout, process.stderr] as const;
  const originals = streams.map((stream) => stream.write);
  streams.forEach((stream, index) => {
    stream.write = ((data: string | Uint8Array, ...rest: []) => {
      parts.push(Buffer.from(data as string));
      return originals[index]!.call(stream, data as string, ...rest);
    }) as typeof stream.write;
  });
  return {
    text: () => Buffer.concat(parts).toString('utf8'),
    release: () => {
      Object.assign(fs, { writeSync, write });
      streams.forEach((stream, index) => {
        stream.write = originals[index]!;
      });
    },
  };
}

/**
 * The bytes of every file under a folder, as they lie on the disk: tables, indexes, free space in them, the write-ahead log.
 * What PostgreSQL compresses (a value of two kilobytes or more) hides from this look; `searchDatabases` reads such values.
 * @returns how many files there were
 */
export async function searchFiles(folder: string, name: string, search: CanarySearch): Promise<number> {
  let files = 0;
  for await (const [file, bytes] of filesUnder(folder)) {
    search.in(`${name}: ${file}`, bytes);
    files += 1;
  }
  return files;
}

/** Path below the folder, and content; what is gone by the time it is read is passed over, as a running server makes it. */
export async function* filesUnder(folder: string): AsyncGenerator<[string, Buffer]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes) yield [relative(folder, path), bytes];
  }
}
