import { createHash } from 'node:crypto';

/** The hash that both data protection officers approve and the signatories sign: SHA-256, lower-case hex. */
export function hashOfData(canonical: string): string {
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}
