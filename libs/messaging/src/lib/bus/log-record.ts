import type { BusRecord } from './bus.js';

/** The headers of a record as text: the first of those that repeat, none that is null. */
export class HeaderTexts {
  /** @param names shared with other records: not to be changed */
  constructor(
    private readonly names: readonly string[],
    private readonly values: readonly (string | undefined)[],
  ) {}

  get(name: string): string | undefined {
    // Some twenty: shorter to look through than an object of them is to make.
    const { names, values } = this;
    for (let index = 0; index < names.length; index += 1) {
      if (names[index] === name && values[index] !== undefined) return values[index];
    }
    return undefined;
  }

  /** The names that have a value, in order. */
  entries(): [name: string, value: string][] {
    const distinct = [...new Set(this.names)];
    return distinct.flatMap((name): [string, string][] => {
      const value = this.get(name);
      return value === undefined ? [] : [[name, value]];
    });
  }
}

const NULL = -1;

/** An object without inherited names: a header may be called `valueOf`. Unlike `Object.create(null)` it stays fast. */
const ByName = function () {} as unknown as new () => Record<string, never>;
ByName.prototype = Object.create(null);

const BEYOND_ASCII = /[\x80-\xff]/;

/**
 * One record of a record batch, read when it is asked: what nobody asks for costs nothing. It is a view on the bytes of its
 * fetch.
 */
export class LogRecord implements BusRecord {
  private asBuffers: BusRecord['headers'] | undefined;

  constructor(
    readonly offset: bigint,
    readonly timestamp: number,
    private readonly bytes: Buffer,
    private readonly keyAt: number,
    private readonly keyLength: number,
    private readonly valueAt: number,
    private readonly valueLength: number,
    private readonly headersAt: number,
    private readonly end: number,
  ) {}

  get key(): Buffer | null {
    return view(this.bytes, this.keyAt, this.keyLength);
  }

  get value(): Buffer | null {
    return view(this.bytes, this.valueAt, this.valueLength);
  }

  get headers(): BusRecord['headers'] {
    return (this.asBuffers ??= this.readHeaders());
  }

  private readHeaders(): BusRecord['headers'] {
    const headers: Record<string, Buffer | Buffer[] | undefined> = new ByName();
    const read = new VarintReader(this.bytes, this.headersAt, this.end);
    for (let count = read.varint(); count > 0; count -= 1) {
      const name = read.text(read.varint());
      const length = read.varint();
      // What other clients give for a header without a value.
      const value = view(this.bytes, read.skip(length), length) as Buffer;
      const known = headers[name];
      if (known === undefined) headers[name] = value;
      else if (Array.isArray(known)) known.push(value);
      else headers[name] = [known, value];
    }
    return headers;
  }

  /** One string of all bytes, of which every value is a part: no way into native code for each. */
  readTexts(): HeaderTexts {
    const { bytes, headersAt: start, end } = this;
    const all = bytes.toString('latin1', start, end);
    const ascii = !BEYOND_ASCII.test(all);
    const read = new VarintReader(bytes, start, end);
    const slice = (from: number, length: number): string =>
      ascii ? all.slice(from - start, from - start + length) : bytes.toString('utf8', from, from + length);
    const count = read.varint();
    const values: (string | undefined)[] = [];
    // Writers give the same headers in the same order, so the names are nearly always those of the record before.
    let names = lastNames;
    for (let index = 0; index < count; index += 1) {
      const nameLength = read.varint();
      const nameAt = read.skip(nameLength);
      const length = read.varint();
      const valueAt = read.skip(length);
      const guess = names[index];
      if (guess?.length !== nameLength || !all.startsWith(guess, nameAt - start)) {
        if (names === lastNames) names = names.slice(0, index);
        names[index] = interned(slice(nameAt, nameLength));
      }
      values.push(length === NULL ? undefined : slice(valueAt, length));
    }
    if (names !== lastNames && ascii) lastNames = names;
    return new HeaderTexts(names, values);
  }
}

/** As `LogRecord.readTexts`, of a record from anywhere. */
export function headerTexts(record: BusRecord): HeaderTexts {
  if (record instanceof LogRecord) return record.readTexts();
  const values = Object.values(record.headers).map((value) => {
    const first = Array.isArray(value) ? value.find((each) => (each as Buffer | null) !== null) : value;
    return first?.toString('utf8');
  });
  return new HeaderTexts(Object.keys(record.headers), values);
}

/** Reads on through bytes up to `end`, and never beyond. */
export class VarintReader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
    private readonly end: number,
  ) {}

  /** Zigzag, seven bits a byte, the lowest first; exact up to 2^52. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at]!;
    // One byte, which most are.
    if (byte < 0x80 && this.at < this.end) {
      this.at += 1;
      return (byte >>> 1) ^ -(byte & 1);
    }
    let value = 0;
    let scale = 1;
    do {
      if (this.at >= this.end || scale > LARGEST_SCALE) throw new RangeError('The record is damaged');
      byte = bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte > 0x7f);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Passes over a field of this length; null has none. @returns where it began */
  skip(length: number): number {
    const from = this.at;
    if (length < NULL || length > this.end - from) throw new RangeError('The record is damaged');
    if (length > 0) this.at += length;
    return from;
  }

  text(length: number): string {
    const from = this.skip(length);
    return this.bytes.toString('utf8', from, this.at);
  }
}

const LARGEST_SCALE = 2 ** 63;

/** Of the last record whose headers were ASCII, where a name is as long as its bytes. */
let lastNames: string[] = [];

/** The same text as a name of a property: two of those are compared by their address. */
function interned(text: string): string {
  return Object.keys({ [text]: null })[0]!;
}

function view(bytes: Buffer, from: number, length: number): Buffer | null {
  return length === NULL ? null : bytes.subarray(from, from + length);
}
