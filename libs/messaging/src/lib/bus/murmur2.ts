const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** murmur2 as Kafka's own clients compute it, in 32-bit integer arithmetic. Signed. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let h = SEED ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    h = mixed(h, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
  }
  const rest = length & 3;
  if (rest === 3) h ^= bytes[whole + 2]! << 16;
  if (rest >= 2) h ^= bytes[whole + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ bytes[whole]!, M);
  return finished(h);
}

/** The partition of a key: the same as Kafka's default partitioner, whatever client wrote or writes the topic. */
export function partitionFor(key: string | Uint8Array, partitions: number): number {
  const hash = typeof key === 'string' ? hashOf(key) : murmur2(key);
  return (hash & 0x7fffffff) % partitions;
}

/** An id is ASCII of a length that divides by four: hashed as it stands, without making its bytes first. */
function hashOf(key: string): number {
  const { length } = key;
  if ((length & 3) !== 0) return murmur2(Buffer.from(key, 'utf8'));
  let h = SEED ^ length;
  let seen = 0;
  for (let i = 0; i < length; i += 4) {
    const [a, b, c, d] = [key.charCodeAt(i), key.charCodeAt(i + 1), key.charCodeAt(i + 2), key.charCodeAt(i + 3)];
    seen |= a | b | c | d;
    h = mixed(h, a | (b << 8) | (c << 16) | (d << 24));
  }
  return seen > 0x7f ? murmur2(Buffer.from(key, 'utf8')) : finished(h);
}

function mixed(h: number, word: number): number {
  let k = Math.imul(word, M);
  k ^= k >>> 24;
  return Math.imul(h, M) ^ Math.imul(k, M);
}

function finished(hash: number): number {
  let h = hash ^ (hash >>> 13);
  h = Math.imul(h, M);
  return (h ^ (h >>> 15)) | 0;
}
