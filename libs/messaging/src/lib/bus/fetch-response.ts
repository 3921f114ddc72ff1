import { createRequire } from 'node:module';
import type { BusRecord } from './bus.js';
import { StoredBatch, storedBatches } from './stored-batch.js';

const load = createRequire(import.meta.url);

const FETCH = 1;
/** The newest that kafkajs 2.2.4 knows; brokers from Kafka 2.3 on speak it. */
const VERSION = 11;

/** A record as kafkajs decodes it. */
interface DecodedRecord {
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: object;
  timestamp?: string;
  isControlRecord?: boolean;
}

/** What a fetch brings of one partition: batches as they are, or records that kafkajs had to decode. */
export type Fetched = StoredBatch | DecodedRecord;

interface FetchRequest {
  request: { apiVersion: number };
  response: { decode(bytes: Buffer): Promise<object>; parse(decoded: object): Promise<object> };
}

/** As far as it is needed here. */
interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readString(): string;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
  readArray<T>(read: (decoder: Decoder) => T): T[];
  readArrayAsync<T>(read: (decoder: Decoder) => Promise<T>): Promise<T[]>;
}

interface LookingUp {
  lookupRequest(apiKey: number, definition: unknown): ((parameters: object) => FetchRequest) | undefined;
}

const KafkaJsDecoder = load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder;
const decodeMessages = load('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as (
  decoder: Decoder,
) => Promise<DecodedRecord[]>;

// Look-ups that are ours, not brokers: a broker makes itself a new one whenever it connects again.
const ours = new WeakSet<object>();

/**
 * Makes a broker of kafkajs answer its fetches by `Fetched`. Decoding by kafkajs copies a record's headers once for each of them:
 * with our twenty it takes more than all else that a consumer does. What it decodes itself it still decodes as before:
 * compressed batches, transactions, older formats. To be called for each use of the broker, since it may have connected anew.
 */
export function fetchingBatches<B extends object>(broker: B): B {
  const looking = broker as unknown as LookingUp;
  if (ours.has(looking.lookupRequest)) return broker;
  const lookup = looking.lookupRequest.bind(looking);
  looking.lookupRequest = (apiKey, definition) => {
    const protocol = lookup(apiKey, definition);
    if (apiKey !== FETCH || !protocol) return protocol;
    return (parameters) => {
      const fetch = protocol(parameters);
      if (fetch.request.apiVersion !== VERSION) return fetch;
      return { ...fetch, response: { decode, parse: (decoded) => fetch.response.parse(decoded) } };
    };
  };
  ours.add(looking.lookupRequest);
  return broker;
}

/** The records of what was fetched from this offset on, in order. */
export function recordsOf(fetched: readonly Fetched[], from: bigint): BusRecord[] {
  const records: BusRecord[] = [];
  for (const each of fetched) {
    if (each instanceof StoredBatch) {
      for (const record of each.records(from)) records.push(record);
    } else if (!each.isControlRecord && BigInt(each.offset) >= from) {
      records.push({
        offset: BigInt(each.offset),
        key: each.key,
        value: each.value,
        headers: (each.headers ?? {}) as BusRecord['headers'],
        ...(each.timestamp === undefined ? {} : { timestamp: Number(each.timestamp) }),
      });
    }
  }
  return records;
}

/** As kafkajs reads version 11, but for the records. */
async function decode(bytes: Buffer): Promise<object> {
  const decoder = new KafkaJsDecoder(bytes);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(async (topic) => ({
    topicName: topic.readString(),
    partitions: await topic.readArrayAsync(decodePartition),
  }));
  // The broker has throttled nothing itself: it waits for the client to do so.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(decoder: Decoder): Promise<object> {
  const head = {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: decoder.readInt64().toString(),
    lastStableOffset: decoder.readInt64().toString(),
    lastStartOffset: decoder.readInt64().toString(),
    abortedTransactions: decoder.readArray((each) => ({
      producerId: each.readInt64().toString(),
      firstOffset: each.readInt64().toString(),
    })),
    preferredReadReplica: decoder.readInt32(),
  };
  return { ...head, messages: await decodeRecords(decoder) };
}

async function decodeRecords(decoder: Decoder): Promise<Fetched[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const set = decoder.readBytes(size);
  return storedBatches(set) ?? decodeMessages(new KafkaJsDecoder(withSize(set)));
}

/** kafkajs reads the size once more. */
function withSize(set: Buffer): Buffer {
  const sized = Buffer.allocUnsafe(4 + set.length);
  sized.writeInt32BE(set.length);
  set.copy(sized, 4);
  return sized;
}
