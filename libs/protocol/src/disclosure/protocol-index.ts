import { termEnd } from '../deadlines/term-end.js';
import type { DataItem, FieldFormat, Purpose, Route, SenderUnit } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { type GlanceRule, ruleOf } from './glance.js';
import type { DisclosurePermitted } from './disclosure.types.js';

export interface IndexedItem {
  readonly item: DataItem;
  readonly fields: readonly IndexedField[];
  readonly byName: ReadonlyMap<string, IndexedField>;
}

/** A field with what its values are looked at by. */
export interface IndexedField {
  readonly name: string;
  readonly format: FieldFormat;
  readonly required: boolean;
  readonly rule: GlanceRule | undefined;
}

/** A model, arranged so that a decision looks up instead of searching. */
export interface ProtocolIndex {
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly items: ReadonlyMap<string, IndexedItem>;
  readonly senderUnits: ReadonlyMap<string, SenderUnit>;
  /** What a permission says of a route. */
  readonly routes: ReadonlyMap<Route, DisclosurePermitted['route']>;
  /** Clause of the side without a ground of Art. 6(1)(c) or (e), or null when both have one. */
  readonly groundMissing: string | null;
  /** When a fixed term is over, epoch milliseconds; null without one. */
  readonly termEnd: number | null;
}

// Models are immutable, so an index lives as long as its model and no longer.
const indexes = new WeakMap<ProtocolModel, ProtocolIndex>();

/** The index of a model; made once per model object. */
export function indexOf(model: ProtocolModel): ProtocolIndex {
  let index = indexes.get(model);
  if (index === undefined) {
    index = {
      purposes: new Map(model.purposes.map((purpose) => [purpose.id, purpose])),
      items: new Map(model.dataItems.map((item) => [item.id, indexedItem(item)])),
      senderUnits: new Map(model.senderUnits.map((unit) => [unit.unit, unit])),
      routes: new Map(
        model.routes.map((route) => {
          const { id, kind, address, cipher, clause } = route;
          return [route, { id, kind, address, cipher, clause }];
        }),
      ),
      groundMissing: sideWithoutGround(model),
      termEnd: termEnd(model),
    };
    indexes.set(model, index);
  }
  return index;
}

function indexedItem(item: DataItem): IndexedItem {
  const fields = item.fields.map(({ name, format, required }) => ({ name, format, required, rule: ruleOf(format) }));
  return { item, fields, byName: new Map(fields.map((field) => [field.name, field])) };
}

/** An authority discloses on Art. 6(1)(c) or (e); consent is a ground only where the protocol makes it one. */
function sideWithoutGround(model: ProtocolModel): string | null {
  const consentIsGround = model.consent.required && model.consent.role === 'legalBasis';
  for (const side of ['sender', 'receiver'] as const) {
    const grounded = model.legalBases.some(
      (basis) => basis.side === side && basis.covers !== 'collection' && (basis.gdprArt6 !== 'a' || consentIsGround),
    );
    if (!grounded) return model.legalBases.find((basis) => basis.side === side)?.clause ?? model.subject.clause;
  }
  return null;
}
