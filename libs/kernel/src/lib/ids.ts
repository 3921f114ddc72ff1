/** UUIDs of version 7 (RFC 9562): rise with the real time of their making, so index pages stay warm. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const WORDS_PER_ID = 3;
// Fetched for many ids at once: asking for sixteen bytes each time costs more than all the rest.
const randomness = new Uint32Array(256 * WORDS_PER_ID);
let unused = randomness.length;

/**
 * Makes UUIDv7 values. Ids are not secrets and order nothing: positions and versions do.
 *
 * The timestamp inside is real time, never `Clock`: a moved clock must not make ids collide or betray the move.
 */
export function newId(): string {
  if (unused === randomness.length) {
    crypto.getRandomValues(randomness);
    unused = 0;
  }
  const millis = Date.now();
  const high = Math.floor(millis / 0x10000);
  const a = randomness[unused]!;
  const b = randomness[unused + 1]!;
  const c = randomness[unused + 2]!;
  unused += WORDS_PER_ID;
  // Twelve random bits behind the version, two of the variant and sixty-two random ones.
  const version = 0x7000 | (a & 0x0fff);
  const variant = 0x8000 | ((a >>> 12) & 0x3fff);
  return `${hex32(high)}-${hex16(millis % 0x10000)}-${hex16(version)}-${hex16(variant)}-${hex32(b)}${hex16(c)}`;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Two digits a byte, looked up: three times as fast as having numbers written and padded. */
function hex16(value: number): string {
  return BYTES[(value >>> 8) & 0xff]! + BYTES[value & 0xff]!;
}

function hex32(value: number): string {
  return hex16(value >>> 16) + hex16(value);
}

/** True for a lower-case UUID in the form of RFC 9562, any version. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
