import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BusRecord } from './bus.js';
import { fetchingBatches, recordsOf, type Fetched } from './fetch-response.js';
import { headerTexts, VarintReader } from './log-record.js';
import { storedBatches } from './stored-batch.js';

const load = createRequire(import.meta.url);
const kafkajs = {
  record: load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object,
  batch: (load('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch(options: object): Promise<{ buffer: Buffer }> })
    .RecordBatch,
  decode: load('kafkajs/src/protocol/recordBatch/v0/decoder') as (decoder: object) => Promise<{ records: Decoded[] }>,
  Decoder: load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object,
  Encoder: load('kafkajs/src/protocol/encoder') as new () => Encoder,
};
interface Encoder {
  buffer: Buffer;
  writeInt8(value: number): this;
  writeInt16(value: number): this;
  writeInt32(value: number): this;
  writeInt64(value: bigint | number): this;
  writeString(value: string): this;
  writeBuffer(value: Buffer): this;
}
interface Decoded {
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | Buffer[]>;
  timestamp: string;
}
interface Given {
  key?: string | Buffer | null;
  value: string | Buffer | null;
  headers?: Record<string, string | Buffer | (string | Buffer)[]>;
  timestampDelta?: number;
}

const firstTimestamp = 1_795_478_400_000;

/** A batch by kafkajs' encoder, as a broker stores it: it numbers the records and may set its own time. */
async function stored(records: readonly Given[], base = 0n, options: { appendedAt?: number; more?: object } = {}) {
  const { buffer } = await kafkajs.batch({
    records: records.map((record, offsetDelta) => kafkajs.record({ timestampDelta: 0, ...record, offsetDelta })),
    firstTimestamp,
    maxTimestamp: options.appendedAt ?? firstTimestamp,
    lastOffsetDelta: records.length - 1,
    ...options.more,
  });
  const bytes = Buffer.from(buffer);
  bytes.writeBigInt64BE(base, 0);
  if (options.appendedAt !== undefined) bytes.writeInt16BE(0x08, 21);
  return bytes;
}

// Short to compare, unlike bytes one by one.
const hex = (each: Buffer | null) => each && each.toString('hex');
const plain = ({ offset, key, value, headers, timestamp }: Decoded | ReturnType<typeof recordsOf>[number]) => ({
  offset: String(offset),
  key: hex(key),
  value: hex(value),
  headers: Object.entries(headers).map(([name, each]) => [name, ...[each].flat().map((one) => hex(one!))]),
  timestamp: Number(timestamp),
});

const bytes = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
  fc.constantFrom('é'.repeat(31), 'a'.repeat(63), 'a'.repeat(64), '😀'.repeat(2048)),
);
const record = fc.record(
  {
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.dictionary(
      // kafkajs itself stumbles over a header called `valueOf`.
      fc
        .oneof(fc.constantFrom('ce_id', 'ce_type', 'ünï'), fc.string({ unit: 'binary', maxLength: 8 }))
        .filter((name) => !(name in {})),
      fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 })),
      { maxKeys: 8, noNullPrototype: true },
    ),
    timestampDelta: fc.oneof(fc.integer({ min: -5, max: 2 ** 31 }), fc.integer({ min: 0, max: 2 ** 40 })),
  },
  { requiredKeys: ['value'] },
);

describe('a stored batch', () => {
  it('is read as kafkajs reads it: keys, nulls, repeated headers, every kind of text, times and offsets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.bigInt({ min: 0n, max: 2n ** 60n }),
        fc.option(fc.integer({ min: 0, max: 2 ** 43 }), { nil: undefined }),
        async (records, base, appendedAt) => {
          const batch = await stored(records, base, { appendedAt });
          const { records: expected } = await kafkajs.decode(new kafkajs.Decoder(batch));
          const found = recordsOf(storedBatches(batch)!, 0n);
          expect(found.map(plain)).toEqual(expected.map(plain));
          // As text: from the view and from what kafkajs gives alike.
          const texts = (each: BusRecord) => headerTexts(each).entries();
          expect(found.map(texts)).toEqual(expected.map((each) => texts({ ...each, offset: 0n, timestamp: 0 })));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('begins at the offset that was asked for, and bears the offset of its last record', async () => {
    const set = Buffer.concat([
      await stored([{ value: 'a' }, { value: 'b' }, { value: 'c' }], 5n),
      await stored([{ value: 'd' }], 8n),
    ]);
    const batches = storedBatches(set)!;
    expect(batches.map(({ offset }) => offset)).toEqual(['7', '8']);
    expect(recordsOf(batches, 7n).map(({ offset, value }) => [offset, String(value)])).toEqual([
      [7n, 'c'],
      [8n, 'd'],
    ]);
  });

  it('may have headers with names that every object has', async () => {
    const batch = await stored([{ value: 'a', headers: { valueOf: '1', ['__proto__']: '2' } }]);
    const [found] = recordsOf(storedBatches(batch)!, 0n);
    expect(headerTexts(found!).entries()).toEqual([
      ['valueOf', '1'],
      ['__proto__', '2'],
    ]);
    expect(Object.keys(found!.headers)).toEqual(['valueOf', '__proto__']);
  });

  it('is left out when the answer ended within it', async () => {
    const [one, two] = [await stored([{ value: 'a' }]), await stored([{ value: 'b' }], 1n)];
    for (let cut = 0; cut < two.length; cut += 1) {
      const batches = storedBatches(Buffer.concat([one, two.subarray(0, cut)]))!;
      expect(batches.map(({ offset }) => offset)).toEqual(['0']);
    }
  });

  it.each([
    ['compressed', 0x01],
    ['transactional', 0x10],
    ['a control batch', 0x20],
  ])("is kafkajs' matter when it is %s", async (_, attributes) => {
    const batch = await stored([{ value: 'a' }]);
    batch.writeInt16BE(attributes, 21);
    expect(storedBatches(Buffer.concat([await stored([{ value: 'b' }]), batch]))).toBeUndefined();
  });

  it('says that it is damaged rather than read on beyond its end', async () => {
    const batch = await stored([{ key: 'k', value: 'v'.repeat(100), headers: { one: '1' } }]);
    const whole = storedBatches(batch)!;
    expect(recordsOf(whole, 0n)).toHaveLength(1);
    batch.writeInt32BE(2, 57);
    expect(() => recordsOf(whole, 0n)).toThrow('damaged');
    batch.writeInt32BE(1, 57);
    batch.writeInt8(0x7f, 61);
    expect(() => recordsOf(whole, 0n)).toThrow('damaged');
  });
});

describe('a fetch', () => {
  /** Answer of version 11 for one partition. */
  function answer(set: Buffer): Buffer {
    const encoder = new kafkajs.Encoder().writeInt32(0).writeInt16(0).writeInt32(0).writeInt32(1).writeString('topic');
    encoder.writeInt32(1).writeInt32(3).writeInt16(0).writeInt64(9n).writeInt64(9n).writeInt64(0n).writeInt32(-1);
    return encoder.writeInt32(-1).writeInt32(set.length).writeBuffer(set).buffer;
  }

  interface Answered {
    responses: { partitions: { partition: number; highWatermark: string; messages: Fetched[] }[] }[];
  }

  type LookUp = (
    key: number,
    definition: object,
  ) => (parameters: object) => {
    response: { decode(bytes: Buffer): Promise<object>; parse(decoded: object): Promise<object> };
  };

  async function fetched(set: Buffer): Promise<Answered['responses'][number]['partitions'][number]> {
    const { requests, lookup } = load('kafkajs/src/protocol/requests') as {
      requests: { Fetch: object };
      lookup(versions: object): LookUp;
    };
    const versions = { 1: { minVersion: 4, maxVersion: 17 } };
    const broker = fetchingBatches({ lookupRequest: lookup(versions) });
    const { response } = broker.lookupRequest(1, requests.Fetch)({ topics: [], maxWaitTime: 1, isolationLevel: 1 });
    const parsed = (await response.parse(await response.decode(answer(set)))) as Answered;
    return parsed.responses[0]!.partitions[0]!;
  }

  it('brings batches, and the records that kafkajs decodes where only kafkajs can', async () => {
    const gzip = 1;
    const compressed = await stored([{ value: 'a', headers: { one: '1' } }, { value: 'b' }], 7n, {
      more: { compression: gzip },
    });
    const uncompressed = await stored([{ value: 'a', headers: { one: '1' } }, { value: 'b' }], 7n);
    const [zipped, open] = [await fetched(compressed), await fetched(uncompressed)];
    expect(open).toMatchObject({ partition: 3, highWatermark: '9' });
    expect(open.messages).toHaveLength(1);
    expect(zipped.messages).toHaveLength(2);
    expect(recordsOf(zipped.messages, 0n).map(plain)).toEqual(recordsOf(open.messages, 0n).map(plain));
    expect((await fetched(Buffer.alloc(0))).messages).toEqual([]);
  });
});

describe('VarintReader', () => {
  it('reads what the zigzag encoding writes, up to 2^52', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 }), (value) => {
        let rest = value < 0 ? -BigInt(value) * 2n - 1n : BigInt(value) * 2n;
        const encoded: number[] = [];
        for (; rest > 0x7fn; rest >>= 7n) encoded.push(Number(rest & 0x7fn) | 0x80);
        encoded.push(Number(rest));
        const read = new VarintReader(Buffer.from([0, ...encoded, 9]), 1, encoded.length + 1);
        expect(read.varint()).toBe(value);
        expect(read.at).toBe(encoded.length + 1);
      }),
    );
  });
});
