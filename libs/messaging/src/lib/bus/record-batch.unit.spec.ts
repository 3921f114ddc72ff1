import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.js';
import { RecordBatchWriter, type EncodableRecord } from './record-batch.js';

const load = createRequire(import.meta.url);
const kafkajs = {
  record: load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object,
  batch: (load('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch(options: object): Promise<{ buffer: Buffer }> })
    .RecordBatch,
  decode: load('kafkajs/src/protocol/recordBatch/v0/decoder') as (decoder: object) => Promise<{ records: object[] }>,
  Decoder: load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object,
  crc32c: load('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number,
};

/** The same batch by kafkajs' own encoder. */
async function byKafkajs(records: readonly EncodableRecord[], timestamp: number): Promise<Buffer> {
  const { buffer } = await kafkajs.batch({
    records: records.map((record, offsetDelta) => kafkajs.record({ ...record, offsetDelta, timestampDelta: 0 })),
    firstTimestamp: timestamp,
    maxTimestamp: timestamp,
    lastOffsetDelta: records.length - 1,
  });
  return buffer;
}

const byUs = (writer: RecordBatchWriter, records: readonly EncodableRecord[], timestamp: number) =>
  Buffer.from(writer.reset().batch(records, timestamp).bytes());

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  // Around the sizes at which a length takes another byte.
  fc
    .tuple(
      fc.constantFrom('a', 'é', '€', '😀', '\ud800'),
      fc.constantFrom(0, 1, 31, 32, 63, 64, 65, 127, 4095, 8191, 8192),
    )
    .map(([letter, count]) => letter.repeat(count)),
);
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
);
const record = fc.record(
  {
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.dictionary(text, fc.oneof(bytes, fc.array(bytes, { maxLength: 3 })), { maxKeys: 8 }),
  },
  { requiredKeys: ['value'] },
);

describe('RecordBatchWriter', () => {
  it('writes the bytes that kafkajs writes, for keys, nulls, repeated headers and every kind of text', async () => {
    // One writer for all: what an earlier batch left behind must not show.
    const writer = new RecordBatchWriter(16);
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 2 ** 43 }),
        async (records, timestamp) => {
          expect(byUs(writer, records, timestamp).equals(await byKafkajs(records, timestamp))).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('writes counts of every size: 9000 records, 70 headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`h${index}`, String(index)]));
    const records = Array.from({ length: 9000 }, (_, index) => ({
      key: String(index),
      value: null,
      ...(index % 100 === 0 ? { headers } : {}),
    }));
    const ours = byUs(new RecordBatchWriter(), records, 1);
    expect(ours.equals(await byKafkajs(records, 1))).toBe(true);
  });

  it('leaves out a header that is undefined', () => {
    const writer = new RecordBatchWriter();
    const [given, without] = [
      { one: '1', none: undefined, many: ['2', '3'] },
      { one: '1', many: ['2', '3'] },
    ];
    expect(byUs(writer, [{ value: 'v', headers: given }], 1)).toEqual(
      byUs(writer, [{ value: 'v', headers: without }], 1),
    );
  });

  it('is read back record by record as it was given', async () => {
    const records: EncodableRecord[] = [
      { key: 'a', value: 'b', headers: { one: '1', many: ['2', '3', ''], ünï: '😀' } },
      { key: null, value: null },
      { key: '', value: '', headers: {} },
      { value: Buffer.from([0, 255]), headers: { raw: Buffer.from([128]) } },
    ];
    const batch = byUs(new RecordBatchWriter(), records, 1234);
    const { records: found } = await kafkajs.decode(new kafkajs.Decoder(batch));
    const many = ['2', '3', ''].map((each) => Buffer.from(each));
    expect(found).toMatchObject([
      {
        key: Buffer.from('a'),
        value: Buffer.from('b'),
        offset: '0',
        timestamp: '1234',
        headers: { one: Buffer.from('1'), many, ünï: Buffer.from('😀') },
      },
      { key: null, value: null, offset: '1', headers: {} },
      { key: Buffer.alloc(0), value: Buffer.alloc(0), offset: '2', headers: {} },
      { key: null, value: Buffer.from([0, 255]), offset: '3', headers: { raw: Buffer.from([128]) } },
    ]);
  });

  it('puts the size of a batch before it, as the produce request wants it', () => {
    const writer = new RecordBatchWriter(1);
    const records = [{ key: 'k', value: 'v'.repeat(10_000) }];
    const alone = byUs(writer, records, 5);
    const request = writer.reset().string(null).int32(7).sizedBatch(records, 5).bytes();
    expect(request.readInt16BE(0)).toBe(-1);
    expect(request.readInt32BE(2)).toBe(7);
    expect(request.readInt32BE(6)).toBe(alone.length);
    expect(request.subarray(10).equals(alone)).toBe(true);
  });
});

describe('crc32c', () => {
  it('gives the check value of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(0))).toBe(0);
  });

  it('agrees with kafkajs on every length and range', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), (content, skipped) => {
        const start = Math.min(skipped, content.length);
        const expected = kafkajs.crc32c(Buffer.from(content.subarray(start)));
        expect(crc32c(content, start)).toBe(expected);
        // Wherever it begins in memory.
        for (let shift = 1; shift < 4; shift += 1) {
          const moved = new Uint8Array(new ArrayBuffer(content.length + shift), shift);
          moved.set(content);
          expect(crc32c(moved, start)).toBe(expected);
        }
      }),
    );
  });
});
