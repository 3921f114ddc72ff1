import canonicalize from 'canonicalize';

/** JSON in the canonical form of RFC 8785: the same value gives the same text, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('The value has no JSON form');
  return text;
}
