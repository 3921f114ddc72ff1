import { termEnd } from '../deadlines/term-end.js';
import type { DataField, DataItem, Purpose, Route, SenderUnit } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { DisclosurePermitted } from './disclosure.types.js';

/** A model, arranged so that a decision looks up instead of searching. */
export interface ProtocolIndex {
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly items: ReadonlyMap<
    string,
    { readonly item: DataItem; readonly fields: ReadonlyMap<string, DataField>; readonly required: readonly string[] }
  >;
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
      items: new Map(
        model.dataItems.map((item) => [
          item.id,
          {
            item,
            fields: new Map(item.fields.map((field) => [field.name, field])),
            required: item.fields.filter((field) => field.required).map((field) => field.name),
          },
        ]),
      ),
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
