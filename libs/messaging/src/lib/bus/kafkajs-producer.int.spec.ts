import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { kafkaSettings, readByConsoleConsumer, testInstallation } from '@convenant/testing';
import { ensureTopics, KafkaJsProducer, partitionFor, type BusMessage } from '../../index.js';
import { readTopic } from '../../../test/topic-reader.js';

describe('KafkaJsProducer', () => {
  const kafka = kafkaSettings();
  const installation = testInstallation();
  const topic = `${installation}.batches`;
  const small = `${installation}.small`;
  let producer: KafkaJsProducer;

  beforeAll(async () => {
    const configs = { 'message.timestamp.type': 'LogAppendTime' };
    await ensureTopics({ kafka }, [
      { topic, partitions: 3, configs },
      { topic: small, partitions: 1, configs: { ...configs, 'max.message.bytes': '2000' } },
    ]);
    producer = new KafkaJsProducer(kafka, 'spec');
    await producer.connect();
  });
  afterAll(() => producer?.disconnect());

  it("writes what Kafka's own console consumer reads, record for record", async () => {
    const keys = Array.from({ length: 40 }, () => newId());
    const messages: BusMessage[] = keys.map((key, index) => ({
      key,
      headers: { ce_id: newId(), 'content-type': 'application/json', place: String(index) },
      value: JSON.stringify({ index, text: `é€😀 ${'x'.repeat(index * 300)}` }),
    }));
    const odd = [
      { key: 'leeg', headers: {}, value: '' },
      { key: 'niets', headers: {}, value: null },
      { key: 'naïef', headers: { once: '1', 'twee keer': ['a', 'b', ''], ünï: '😀' }, value: 'één' },
    ] as unknown as BusMessage[];
    await producer.send(topic, messages.slice(0, 20));
    await producer.send(topic, [...messages.slice(20), ...odd]);

    const next = [0, 0, 0];
    const expected = [...messages, ...odd].map(({ key, headers, value }) => {
      const partition = partitionFor(key, 3);
      const listed = Object.entries(headers as Record<string, string | string[]>).flatMap(([name, each]) =>
        [each].flat().map((one) => `${name}:${one}`),
      );
      const headerText = listed.length > 0 ? listed.join(';') : 'NO_HEADERS';
      return `Partition:${partition}\tOffset:${next[partition]++}\t${headerText}\t${key}\t${value ?? 'NULL'}`;
    });
    const read = await readByConsoleConsumer({ kafka, topic, count: expected.length });
    expect(read.sort()).toEqual(expected.sort());
  });

  it('M12 says that a record is too large, and goes on with the next', async () => {
    const tooLarge = { key: 'k', headers: {}, value: 'x'.repeat(3000) };
    await expect(producer.send(small, [tooLarge])).rejects.toThrow(/larger/);
    await producer.send(small, [{ key: 'k', headers: {}, value: 'fits' }]);
    expect((await readTopic(kafka, small)).map(({ value }) => value)).toEqual(['fits']);
  });

  it('sends nothing for no messages, and one at a time', async () => {
    await producer.send(topic, []);
    const first = producer.send(small, [{ key: 'k', headers: {}, value: 'first' }]);
    await expect(producer.send(small, [{ key: 'k', headers: {}, value: 'second' }])).rejects.toThrow(
      'one send at a time',
    );
    await first;
  });

  it('sends nothing before it is connected and once it is disconnected', async () => {
    const other = new KafkaJsProducer(kafka, 'other');
    const message = { key: 'k', headers: {}, value: 'never' };
    await expect(other.send(small, [message])).rejects.toThrow('disconnected');
    await other.connect();
    await other.disconnect();
    await expect(other.send(small, [message])).rejects.toThrow('disconnected');
    expect((await readTopic(kafka, small)).map(({ value }) => value)).not.toContain('never');
  });
});
