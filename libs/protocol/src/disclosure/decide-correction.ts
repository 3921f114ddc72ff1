import type { ProtocolModel } from '../model/protocol.schema.js';
import type { DisclosureGap, DisclosureRefused, DisclosureRequest, PermittedItem } from './disclosure.types.js';
import { itemsVerdict } from './items-check.js';
import { indexOf } from './protocol-index.js';

/**
 * Decides whether values may stand in the place of those that were disclosed: the same closed world of items, fields and
 * formats as for a disclosure, since data that the protocol does not list could travel in a correction too.
 * Pure. Whether the items were disclosed is for the caller to know.
 * @see GDPR Art. 5(1)(d) accuracy; Art. 16
 */
export function decideCorrection(
  items: DisclosureRequest['items'],
  model: ProtocolModel,
): PermittedItem[] | DisclosureRefused | DisclosureGap {
  return itemsVerdict({ items }, model, indexOf(model));
}
