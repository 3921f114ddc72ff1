import type { ProtocolModel } from '../model/protocol.schema.js';
import type { DisclosureGap, DisclosureRefused, DisclosureRequest, PermittedItem } from './disclosure.types.js';
import { hasFormat } from './field-formats.js';
import { hiddenContent } from './free-text-scan.js';
import { glanceBy } from './glance.js';
import type { IndexedField, IndexedItem, ProtocolIndex } from './protocol-index.js';
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
    const fault = allFit(requested.fields, fields) ? null : fieldsFault(requested.fields, known, model);
    if (fault !== null) return fault;
    permitted.push({ item: item.id, clause: item.clause });
  }
  return permitted;
}

/**
 * True when every field is listed and fits, and none that is required is missing: so it is nearly always, and one pass over the
 * listed fields tells. Which one is at fault is for `fieldsFault` to say.
 */
function allFit(given: Readonly<Record<string, string>>, fields: IndexedItem['fields']): boolean {
  let strangers = 0;
  for (const _ in given) strangers += 1;
  for (const field of fields) {
    const value: unknown = given[field.name];
    if (typeof value === 'string') {
      if (valueFault(field, value) !== null) return false;
      strangers -= 1;
    } else if (field.required) return false;
  }
  return strangers === 0;
}

/** The first field that may not be there or has a value it may not have, in the order they were given; or one that is missing. */
function fieldsFault(
  given: Readonly<Record<string, string>>,
  { item, fields, byName }: IndexedItem,
  model: ProtocolModel,
): DisclosureRefused | DisclosureGap | null {
  for (const name in given) {
    const field = byName.get(name);
    const code = field === undefined ? 'ITEM_NOT_COVERED' : valueFault(field, given[name]!);
    if (code === null) continue;
    const clause = code === 'SPECIAL_CATEGORY' ? model.specialCategories.clause : item.clause;
    return refused(code, clause, [`/items/${item.id}/fields/${name}`]);
  }
  if (model.lookups !== null) return null;
  for (const { name, required } of fields) {
    if (required && given[name] === undefined) return gap([`items/${item.id}/${name}`], item.clause);
  }
  return null;
}

/** Why a value may not stand in a field of this format, or null. */
function valueFault({ format, rule }: IndexedField, value: string): 'SPECIAL_CATEGORY' | 'ITEM_NOT_COVERED' | null {
  const { plain, suspicious } = glanceBy(rule, value);
  if (plain) return null;
  const hidden = suspicious ? hiddenContent(value) : null;
  if (hidden === 'specialCategory') return 'SPECIAL_CATEGORY';
  return hidden === 'identifier' || !hasFormat(format, value) ? 'ITEM_NOT_COVERED' : null;
}
