import { crc32c } from './crc32c.js';

type Bytes = string | Uint8Array;

/**
 * One record to encode. Null is Kafka's null, an empty string is an empty value; a header given as a list repeats, one that is
 * undefined is left out.
 */
export interface EncodableRecord {
  key?: Bytes | null;
  value: Bytes | null;
  headers?: Readonly<Record<string, Bytes | readonly Bytes[] | undefined>>;
  /** For one that has its bytes already: writes key, value and headers, the same ones as the properties say. */
  writeTo?(into: RecordBatchWriter): void;
}

const MAGIC = 2;
const NO_PRODUCER = -1n;
// Up to and with the number of records: base offset, length, leader epoch, magic, CRC, and what the CRC covers.
const HEADER_BYTES = 61;
const CRC_FROM = 21;
const LONGEST_VARINT = 5;

/**
 * Writes into one growing buffer: what it gave away before is overwritten after `reset`. Numbers are big-endian, as everywhere in
 * Kafka's protocol.
 *
 * A length stands before what it measures and takes as many bytes as it is large. So a place is kept for the length that is
 * likely, and in the rare case that it was another one what follows is moved: no byte is counted before it is written, and
 * nothing is allocated per record.
 */
export class RecordBatchWriter {
  private buffer: Buffer;
  private at = 0;
  private likelyLengthSize = 2;
  private readonly names = new Map<string, Uint8Array>();

  constructor(initialBytes = 64 * 1024) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.at;
  }

  reset(): this {
    this.at = 0;
    return this;
  }

  /** A view, valid until the next write. */
  bytes(from = 0): Buffer {
    return this.buffer.subarray(from, this.at);
  }

  /** Fills the 32-bit place at the very beginning with the number of bytes behind it. */
  sized(): this {
    this.buffer.writeInt32BE(this.at - 4, 0);
    return this;
  }

  int16(value: number): this {
    this.reserve(2);
    this.at = this.buffer.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.reserve(4);
    this.at = this.buffer.writeInt32BE(value, this.at);
    return this;
  }

  /** With a 16-bit length; null is its length -1. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const place = this.int16(0).at - 2;
    this.text(value);
    this.buffer.writeInt16BE(this.at - place - 2, place);
    return this;
  }

  /**
   * One batch of message format v2, uncompressed, in no transaction and of no idempotent producer: the records in order, all
   * with this timestamp (epoch milliseconds), preceded by its size in bytes as the produce request wants it.
   */
  sizedBatch(records: readonly EncodableRecord[], timestamp: number): this {
    const sizeAt = this.int32(0).at - 4;
    this.batch(records, timestamp);
    this.buffer.writeInt32BE(this.at - sizeAt - 4, sizeAt);
    return this;
  }

  batch(records: readonly EncodableRecord[], timestamp: number): this {
    const start = this.at;
    this.reserve(HEADER_BYTES);
    this.at += HEADER_BYTES;
    for (let index = 0; index < records.length; index += 1) this.record(records[index]!, index);
    const view = this.buffer;
    const time = BigInt(timestamp);
    view.writeBigInt64BE(0n, start); // base offset: the broker's
    view.writeInt32BE(this.at - start - 12, start + 8);
    view.writeInt32BE(0, start + 12); // leader epoch: the broker's
    view.writeInt8(MAGIC, start + 16);
    view.writeInt16BE(0, start + 21); // attributes
    view.writeInt32BE(records.length - 1, start + 23);
    view.writeBigInt64BE(time, start + 27);
    view.writeBigInt64BE(time, start + 35);
    view.writeBigInt64BE(NO_PRODUCER, start + 43);
    view.writeInt16BE(0, start + 51);
    view.writeInt32BE(0, start + 53);
    view.writeInt32BE(records.length, start + 57);
    view.writeUInt32BE(crc32c(view, start + CRC_FROM, this.at), start + 17);
    return this;
  }

  private record(record: EncodableRecord, index: number): void {
    this.reserve(4 * LONGEST_VARINT);
    const place = this.at;
    const kept = this.likelyLengthSize;
    this.at += kept;
    this.buffer[this.at++] = 0; // attributes
    this.buffer[this.at++] = 0; // its time is the batch's
    this.varint(index);
    if (record.writeTo) record.writeTo(this);
    else {
      this.field(record.key ?? null);
      this.field(record.value);
      this.headers(record.headers);
    }
    const length = this.at - place - kept;
    this.likelyLengthSize = this.fill(place, kept, length);
  }

  private headers(headers: EncodableRecord['headers']): void {
    const place = this.at;
    this.reserve(1);
    this.at += 1;
    let count = 0;
    for (const name in headers) {
      const value = headers[name];
      if (value === undefined) continue;
      if (Array.isArray(value)) {
        for (const each of value as readonly Bytes[]) {
          this.name(name);
          this.field(each);
        }
        count += value.length;
      } else {
        this.name(name);
        this.field(value as Bytes);
        count += 1;
      }
    }
    this.fill(place, 1, count);
  }

  /** A header's name with its length. Few names come again and again, so their bytes are kept. */
  private name(name: string): void {
    let bytes = this.names.get(name);
    if (!bytes) {
      const start = this.at;
      this.field(name);
      bytes = Uint8Array.from(this.buffer.subarray(start, this.at));
      this.at = start;
      // Names chosen by others, without end, must not fill the memory.
      if (this.names.size < 256) this.names.set(name, bytes);
    }
    this.raw(bytes);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.copy(bytes, 0, bytes.length);
  }

  /** A part of bytes, with its length. */
  part(bytes: Uint8Array, from: number, to: number): void {
    this.count(to - from);
    this.copy(bytes, from, to);
  }

  /** A number that is not negative, as lengths and counts are. */
  count(value: number): void {
    this.reserve(LONGEST_VARINT);
    this.varint(value);
  }

  private copy(bytes: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    const { buffer } = this;
    let at = this.at;
    this.at += to - from;
    // Short ones, which most are, cost less here than the way into native code.
    if (to - from <= SHORT_COPY) for (let index = from; index < to; index += 1) buffer[at++] = bytes[index]!;
    else buffer.set(bytes.subarray(from, to), at);
  }

  /** Bytes with their length; null is its length -1. */
  private field(value: Bytes | null): void {
    if (value === null) {
      this.reserve(1);
      this.buffer[this.at++] = 1;
      return;
    }
    const place = this.at;
    const kept = sizeOfVarint(value.length);
    if (typeof value === 'string') {
      this.reserve(LONGEST_VARINT);
      this.at += kept;
      this.text(value);
    } else {
      this.reserve(LONGEST_VARINT + value.length);
      this.at += kept;
      this.buffer.set(value, this.at);
      this.at += value.length;
    }
    this.fill(place, kept, this.at - place - kept);
  }

  /** UTF-8. Short ASCII, which nearly all is, costs less here than the way into native code. */
  private text(value: string): void {
    const { length } = value;
    this.reserve(3 * length);
    if (length <= SHORT) {
      const { buffer } = this;
      let at = this.at;
      let index = 0;
      for (; index < length; index += 1) {
        const code = value.charCodeAt(index);
        if (code > 0x7f) break;
        buffer[at++] = code;
      }
      if (index === length) {
        this.at = at;
        return;
      }
    }
    this.at += this.buffer.write(value, this.at, 'utf8');
  }

  private varint(value: number): void {
    this.at = writeVarint(this.buffer, value, this.at);
  }

  /** Writes a length into the place kept for it, and moves what follows when it is of another size. @returns its size */
  private fill(place: number, kept: number, length: number): number {
    const size = sizeOfVarint(length);
    if (size !== kept) {
      this.reserve(LONGEST_VARINT);
      this.buffer.copyWithin(place + size, place + kept, this.at);
      this.at += size - kept;
    }
    writeVarint(this.buffer, length, place);
    return size;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

const SHORT = 40;
const SHORT_COPY = 100;

/** Of a number that is not negative. */
function sizeOfVarint(value: number): number {
  if (value < 0x40) return 1;
  if (value < 0x2000) return 2;
  if (value < 0x100000) return 3;
  return value < 0x8000000 ? 4 : 5;
}

/** Zigzag, then seven bits a byte, the lowest first. @returns where it ends */
function writeVarint(buffer: Uint8Array, value: number, at: number): number {
  let rest = (value << 1) >>> 0;
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}
