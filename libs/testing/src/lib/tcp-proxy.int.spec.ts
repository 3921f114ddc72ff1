import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import pg from 'pg';
import { eventually, kafkaApi, startOwnKafka, TcpProxy, testInstallation, type OwnKafka } from '../index.js';

describe('TcpProxy before Kafka', () => {
  let proxy: TcpProxy;
  let own: OwnKafka;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  const topic = testInstallation();

  beforeAll(async () => {
    proxy = await TcpProxy.start({ protocol: 'kafka' });
    own = await startOwnKafka({ behind: proxy });
    kafka = new Kafka({
      ...own.kafka,
      sasl: { mechanism: 'scram-sha-512', ...own.kafka.sasl },
      logLevel: logLevel.NOTHING,
      requestTimeout: 1000,
      retry: { initialRetryTime: 50, retries: 20 },
    });
    admin = kafka.admin();
    producer = kafka.producer();
    await Promise.all([admin.connect(), producer.connect()]);
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  });
  afterEach(() => proxy.heal());
  afterAll(async () => {
    await Promise.all([producer.disconnect(), admin.disconnect()]);
    await proxy.close();
    await own.dispose();
  });

  const stored = async () => Number((await admin.fetchTopicOffsets(topic))[0]?.high);
  const send = (value: string) => producer.send({ topic, acks: -1, messages: [{ value }] });

  it('sends every client of the broker through itself', async () => {
    await send('one');
    expect(own.kafka.brokers).toEqual([`127.0.0.1:${proxy.port}`]);
    expect(await stored()).toBe(1);
  });

  it('loses the answer of a send that took effect, so that the retry doubles it', async () => {
    const before = await stored();
    proxy.loseAnswers({ when: ({ apiKey }) => apiKey === kafkaApi.produce });
    await send('two');
    expect(proxy.lost).toBe(1);
    expect(await stored()).toBe(before + 2);
  });

  it('holds a send back while paused', async () => {
    const before = await stored();
    proxy.pause();
    const sent = send('three');
    expect(proxy.connections).toBeGreaterThan(0);
    proxy.resume();
    await sent;
    expect(await stored()).toBeGreaterThan(before);
  });

  it('is refused while cut, and recovers', async () => {
    proxy.cut();
    const sent = send('four');
    await eventually(() => proxy.connections === 0, { what: 'no connection is left' });
    proxy.heal();
    await sent;
  });

  it('finds the same broker and data after a SIGKILL', async () => {
    const before = await stored();
    await own.kill();
    await own.restart();
    expect(await eventually(stored, { what: 'the broker answers', deadlineMs: 20_000 })).toBe(before);
  });
});

describe('TcpProxy before PostgreSQL', () => {
  it('loses the answer of a commit that took effect', async () => {
    const url = new URL(String(process.env.TEST_DATABASE_URL));
    const proxy = await TcpProxy.start({ protocol: 'stream', targetPort: Number(url.port) });
    const direct = new pg.Client({ connectionString: url.href });
    const table = testInstallation();
    url.port = String(proxy.port);
    const proxied = new pg.Client({ connectionString: url.href });
    proxied.on('error', () => undefined);
    await Promise.all([direct.connect(), proxied.connect()]);
    await proxied.query(`BEGIN; CREATE TABLE ${table} (id int)`);
    proxy.loseAnswers({ when: ({ bytes }) => bytes.includes('COMMIT') });
    await expect(proxied.query('COMMIT')).rejects.toThrow(/terminated/);
    await direct.query(`DROP TABLE ${table}`);
    await direct.end();
    await proxy.close();
  });
});
