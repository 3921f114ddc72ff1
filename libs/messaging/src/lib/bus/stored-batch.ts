import { LogRecord, VarintReader } from './log-record.js';

// Of the parts of a batch before its records (Kafka message format v2).
const HEADER_BYTES = 61;
const OVERHEAD_BYTES = 12;
const MAGIC = 2;
// What kafkajs reads: compression, transactions and their control records.
const NOT_PLAIN = 0x37;
const LOG_APPEND_TIME = 0x08;

/**
 * A record batch as the log keeps it: uncompressed and in no transaction. Its records are read when they are asked for.
 *
 * To kafkajs it is one message that bears the offset of its last record, so that where to fetch on is kafkajs' own count.
 */
export class StoredBatch {
  readonly isControlRecord = false;
  /** Of the last record, decimal. */
  readonly offset: string;
  private readonly base: bigint;

  constructor(
    private readonly bytes: Buffer,
    private readonly at: number,
    private readonly end: number,
  ) {
    this.base = bytes.readBigInt64BE(at);
    this.offset = String(this.base + BigInt(bytes.readInt32BE(at + 23)));
  }

  /**
   * The records from this offset on, in order.
   * @throws RangeError when the bytes are no batch
   */
  records(from: bigint): LogRecord[] {
    const { bytes, at, end, base } = this;
    const appended = (bytes.readInt16BE(at + 21) & LOG_APPEND_TIME) !== 0;
    const time = Number(bytes.readBigInt64BE(appended ? at + 35 : at + 27));
    const count = bytes.readInt32BE(at + 57);
    const records: LogRecord[] = [];
    const read = new VarintReader(bytes, at + HEADER_BYTES, end);
    for (let index = 0; index < count; index += 1) {
      const length = read.varint();
      const recordEnd = read.skip(length) + length;
      read.at -= length - 1; // one byte of attributes that mean nothing yet
      const later = read.varint();
      const offset = base + BigInt(read.varint());
      const keyLength = read.varint();
      const keyAt = read.skip(keyLength);
      const valueLength = read.varint();
      const valueAt = read.skip(valueLength);
      const headersAt = read.at;
      if (headersAt >= recordEnd) throw new RangeError('The record is damaged');
      read.at = recordEnd;
      if (offset < from) continue;
      const timestamp = appended ? time : time + later;
      records.push(
        new LogRecord(offset, timestamp, bytes, keyAt, keyLength, valueAt, valueLength, headersAt, recordEnd),
      );
    }
    return records;
  }
}

/**
 * The batches of a fetched record set; the last one may have been cut off by the size of the answer and is left out.
 * @returns undefined when one of them is compressed, transactional or of an older format
 */
export function storedBatches(set: Buffer): StoredBatch[] | undefined {
  const batches: StoredBatch[] = [];
  for (let at = 0; set.length - at >= HEADER_BYTES;) {
    const end = at + OVERHEAD_BYTES + set.readInt32BE(at + 8);
    if (set.readInt8(at + 16) !== MAGIC || (set.readInt16BE(at + 21) & NOT_PLAIN) !== 0) return undefined;
    if (end > set.length) break;
    if (end < at + HEADER_BYTES) throw new RangeError('The batch is damaged');
    batches.push(new StoredBatch(set, at, end));
    at = end;
  }
  return batches;
}
