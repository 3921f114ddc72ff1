import type { FieldFormat } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { DisclosureGap, DisclosureRefused, DisclosureRequest, PermittedItem } from './disclosure.types.js';
import { hasFormat } from './field-formats.js';
import { hiddenContent } from './free-text-scan.js';
import { glance } from './glance.js';
import type { ProtocolIndex } from './protocol-index.js';
import { gap, refused } from './verdicts.js';

/**
 * The permitted items, or the first reason against one. An unlisted item or field refuses the whole request; so does a
 * value that is not what its field is for, because unlisted data could travel in it.
 *
 * Where the receiver looks up there are no values yet: then only the items themselves are judged.
 */
export function itemsVerdict(
  request: Pick<DisclosureRequest, 'items'>,
  model: ProtocolModel,
  index: ProtocolIndex,
): PermittedItem[] | DisclosureRefused | DisclosureGap {
  if (request.items.length === 0) return gap(['items'], model.itemsClause);
  const permitted: PermittedItem[] = [];
  for (const requested of request.items) {
    const known = index.items.get(requested.item);
    if (known === undefined) return refused('ITEM_NOT_COVERED', model.itemsClause, [`/items/${requested.item}`]);
    const { item, fields } = known;
    for (const seen of permitted) {
      if (seen.item === item.id) return refused('ITEM_NOT_COVERED', item.clause, [`/items/${item.id}`]);
    }
    if (item.specialCategory !== null && item.specialCategory.ground === null) {
      return refused('SPECIAL_CATEGORY', model.specialCategories.clause, [`/items/${item.id}`]);
    }
    for (const name in requested.fields) {
      const field = fields.get(name);
      const code = field === undefined ? 'ITEM_NOT_COVERED' : valueFault(field.format, requested.fields[name]!);
      if (code === null) continue;
      const clause = code === 'SPECIAL_CATEGORY' ? model.specialCategories.clause : item.clause;
      return refused(code, clause, [`/items/${item.id}/fields/${name}`]);
    }
    if (model.lookups === null) {
      for (const name of known.required) {
        if (requested.fields[name] === undefined) return gap([`items/${item.id}/${name}`], item.clause);
      }
    }
    permitted.push({ item: item.id, clause: item.clause });
  }
  return permitted;
}

/** Why a value may not stand in a field of this format, or null. */
function valueFault(format: FieldFormat, value: string): 'SPECIAL_CATEGORY' | 'ITEM_NOT_COVERED' | null {
  const { plain, suspicious } = glance(format, value);
  if (plain) return null;
  const hidden = suspicious ? hiddenContent(value) : null;
  if (hidden === 'specialCategory') return 'SPECIAL_CATEGORY';
  return hidden === 'identifier' || !hasFormat(format, value) ? 'ITEM_NOT_COVERED' : null;
}
