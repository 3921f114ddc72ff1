import { canonicalJson } from '@convenant/kernel';
import type { ProtocolModel } from './protocol.schema.js';

/**
 * The one text of a protocol's data over which `dataHash` is taken (SHA-256, by the caller).
 *
 * Layout, comments and key order of the file make no difference; the pointer to the JSON Schema is left out.
 *
 * @see RFC 8785
 */
export function canonicalProtocol(model: ProtocolModel): string {
  const { $schema: _, ...data } = model;
  return canonicalJson(data);
}
