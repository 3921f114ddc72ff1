import { createHash } from 'node:crypto';
import { canonicalJson } from '@convenant/kernel';

/** The hash that both data protection officers approve and the signatories sign: SHA-256, lower-case hex. */
export function hashOfData(canonical: string): string {
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}

/** SHA-256 of a value in canonical form (RFC 8785), lower-case hex. */
export function canonicalHash(value: unknown): string {
  return hashOfData(canonicalJson(value));
}
