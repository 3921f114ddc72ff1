import type { ResolveQualityRequest } from '@convenant/contracts';
import type { DisclosedValues } from './archive-content.js';

/** A fault of a resolution: where in the body, and what would be right. */
export interface MeasureFault {
  readonly name: string;
  readonly detail: string;
}

/** What a measure does: new values of fields, items that go, or nothing. */
export interface Measure {
  readonly kind: 'correction' | 'erasure' | null;
  readonly items: readonly string[];
  readonly values: DisclosedValues;
}

/**
 * Reads a resolution against what was reported: values only for items of the report, and only where the measure gives
 * values. Nothing can be corrected that was never disclosed, since a report names disclosed items only.
 */
export function measureOf(body: ResolveQualityRequest, reported: readonly string[]): Measure | MeasureFault {
  const { measure, items } = body;
  const named = items?.map(({ item }) => item) ?? [];
  const stranger = named.findIndex((item) => !reported.includes(item));
  if (stranger >= 0) return fault(`/items/${stranger}/item`, 'must be an item of the report');
  if (new Set(named).size < named.length) return fault('/items', 'must name each item once');
  if (measure === 'rejected') return items ? fault('/items', 'must be absent: a rejection changes nothing') : nothing;
  const withFields = items?.findIndex(({ fields }) => fields !== undefined && Object.keys(fields).length > 0) ?? -1;
  if (measure === 'erased') {
    if (withFields >= 0) return fault(`/items/${withFields}/fields`, 'must be absent: what is erased has no new value');
    return { kind: 'erasure', items: items ? named : reported, values: [] };
  }
  if (!items) return fault('/items', 'must name the items with their new values');
  const empty = items.findIndex(({ fields }) => !fields || Object.keys(fields).length === 0);
  if (empty >= 0) return fault(`/items/${empty}/fields`, 'must name the fields with their new values');
  return { kind: 'correction', items: named, values: items.map(({ item, fields }) => ({ item, fields: fields! })) };
}

/** The values with the new ones in the place of the old; fields that the correction does not name stay. */
export function corrected(values: DisclosedValues, changes: DisclosedValues): DisclosedValues {
  return values.map(({ item, fields }) => {
    const change = changes.find((candidate) => candidate.item === item);
    return { item, fields: { ...fields, ...change?.fields } };
  });
}

const nothing: Measure = { kind: null, items: [], values: [] };

function fault(name: string, detail: string): MeasureFault {
  return { name, detail };
}
