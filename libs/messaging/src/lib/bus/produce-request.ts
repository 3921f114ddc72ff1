import { createRequire } from 'node:module';
import type { EncodableRecord, RecordBatchWriter } from './record-batch.js';

const load = createRequire(import.meta.url);

const PRODUCE = 0;
/** Of Kafka 2.1, and still served by 4. */
const VERSION = 7;
const ALL_IN_SYNC = -1;
// How long the broker waits for its replicas, milliseconds.
const LONGEST_REPLICATION = 30_000;

/** What one partition gets: all of it in one batch. */
export interface PartitionRecords {
  partition: number;
  records: readonly EncodableRecord[];
}

/** What the leader says of one partition; 0 is well. */
export interface PartitionAnswer {
  partition: number;
  errorCode: number;
}

/** A broker as kafkajs 2.2.4 has it, as far as it is needed here. */
export interface ProducingBroker {
  lookupRequest(
    apiKey: number,
    definition: { versions: number[]; protocol(chosen: { version: number }): object | undefined },
  ): object | undefined;
  connectionPool: { getConnection(): Promise<Connection>; send(request: object): Promise<PartitionAnswer[]> };
  disconnect(): Promise<void>;
}

interface Connection {
  clientId: string;
  sasl: object | null;
  socket: { write(bytes: Buffer): void };
  requestQueue: { push(request: object): void; maybeThrottle(milliseconds: number): void };
  isConnected(): boolean;
  isAuthenticated(): boolean;
  nextCorrelationId(): number;
}

interface ProduceResponse {
  clientSideThrottleTime: number;
  topics: { partitions: PartitionAnswer[] }[];
}

const { decode } = load('kafkajs/src/protocol/requests/produce/v7/response') as {
  decode(bytes: Buffer): Promise<ProduceResponse>;
};
const { createErrorFromCode } = load('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): Error };

/** The error of kafkajs for an error code of the protocol: it knows whether to try again. */
export const errorOf = (code: number): Error => createErrorFromCode(code);

/**
 * Sends record batches of our own making over kafkajs' connection to this broker, which numbers the request, waits for its
 * answer and gives up after its timeout. Unlike kafkajs' own request the answer is given per partition, so that what was
 * acknowledged is not sent again for another partition's error.
 *
 * The writer's bytes may still be under way when this rejects: it must not be used again then.
 */
export async function produce(
  broker: ProducingBroker,
  topic: string,
  partitions: readonly PartitionRecords[],
  writer: RecordBatchWriter,
): Promise<PartitionAnswer[]> {
  const body = () => encodeBody(writer, topic, partitions);
  const request = broker.lookupRequest(PRODUCE, {
    versions: [VERSION],
    protocol: ({ version }) => (version === VERSION ? definition(() => (writer.reset(), body().bytes())) : undefined),
  });
  if (!request) throw new Error('The broker is older than Kafka 2.1');
  try {
    const connection = await broker.connectionPool.getConnection();
    const ready = connection.isConnected() && (!connection.sasl || connection.isAuthenticated());
    // To connect and to log in is kafkajs' matter.
    if (!ready) return await broker.connectionPool.send(request);
    return await exchange(connection, writer, body);
  } catch (error) {
    // As kafkajs does: it connects anew at the next use.
    if ((error as Error).name === 'KafkaJSConnectionClosedError') await broker.disconnect();
    throw error;
  }
}

/**
 * As kafkajs' own `send` of a connection that is logged in, without its copies: that one writes the body into a second buffer
 * behind the request's head, and both into a third behind their length, each of the next power of two and cleared before.
 */
async function exchange(
  connection: Connection,
  writer: RecordBatchWriter,
  body: () => RecordBatchWriter,
): Promise<PartitionAnswer[]> {
  const correlationId = connection.nextCorrelationId();
  writer.reset().int32(0).int16(PRODUCE).int16(VERSION).int32(correlationId).string(connection.clientId);
  const bytes = body().sized().bytes();
  const { payload } = await new Promise<{ payload: Buffer }>((resolve, reject) => {
    const entry = { apiKey: PRODUCE, apiName: 'Produce', apiVersion: VERSION, correlationId, resolve, reject };
    const sendRequest = () => connection.socket.write(bytes);
    connection.requestQueue.push({ entry, expectResponse: true, requestTimeout: null, sendRequest });
  });
  const response = await decode(payload);
  connection.requestQueue.maybeThrottle(response.clientSideThrottleTime);
  return answersOf(response);
}

function answersOf({ topics }: ProduceResponse): PartitionAnswer[] {
  return topics.flatMap(({ partitions }) => partitions);
}

function definition(bytes: () => Buffer): object {
  return {
    request: {
      apiKey: PRODUCE,
      apiVersion: VERSION,
      apiName: 'Produce',
      expectResponse: () => true,
      // What kafkajs' encoder wants to be given; it copies the bytes.
      encode: () => {
        const buffer = bytes();
        return Promise.resolve({ buf: buffer, buffer });
      },
    },
    response: { decode, parse: (response: ProduceResponse) => Promise.resolve(answersOf(response)) },
  };
}

function encodeBody(
  writer: RecordBatchWriter,
  topic: string,
  partitions: readonly PartitionRecords[],
): RecordBatchWriter {
  writer.string(null).int16(ALL_IN_SYNC).int32(LONGEST_REPLICATION).int32(1).string(topic).int32(partitions.length);
  const now = Date.now();
  for (const { partition, records } of partitions) writer.int32(partition).sizedBatch(records, now);
  return writer;
}
