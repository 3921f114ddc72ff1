import { createHash } from 'node:crypto';
import type { BusRecord } from '../bus/bus.js';

interface StoredForm {
  key: string | null;
  value: string | null;
  headers: [name: string, value: string][];
}

/** A whole record as bytes, for a table: what `readStoredMessage` gives back is the same record again. */
export function storedMessage(record: BusRecord): Buffer {
  const headers = Object.entries(record.headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((each): [string, string] => [
      name,
      base64(each),
    ]),
  );
  const form: StoredForm = {
    key: record.key && base64(record.key),
    value: record.value && base64(record.value),
    headers,
  };
  return Buffer.from(JSON.stringify(form), 'utf8');
}

export function readStoredMessage(bytes: Buffer, offset: bigint): BusRecord {
  const form = JSON.parse(bytes.toString('utf8')) as StoredForm;
  const headers: BusRecord['headers'] = {};
  for (const [name, value] of form.headers) {
    const known = headers[name];
    const bytesOfValue = Buffer.from(value, 'base64');
    headers[name] = known === undefined ? bytesOfValue : [...(Array.isArray(known) ? known : [known]), bytesOfValue];
  }
  return {
    offset,
    key: form.key === null ? null : Buffer.from(form.key, 'base64'),
    value: form.value === null ? null : Buffer.from(form.value, 'base64'),
    headers,
  };
}

/** SHA-256 of the stored form, lower-case hex: names the message without telling what it says. */
export function messageHash(stored: Buffer): string {
  return createHash('sha256').update(stored).digest('hex');
}

// A header without a value arrives as null from some clients.
function base64(bytes: Buffer | string | null): string {
  return Buffer.from(bytes ?? '').toString('base64');
}
