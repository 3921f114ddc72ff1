import { addPeriod, startOfDay } from '@convenant/kernel';
import type { ConsentRule, DataItem, Recipient, Route } from '../model/content.schema.js';
import type { RetentionRule } from '../model/duties.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';

/** A place of an accession that allows more than its framework. */
export interface WiderPart {
  readonly part: 'PURPOSES' | 'ITEMS' | 'RECIPIENTS' | 'CONSENT' | 'ROUTES' | 'LOOKUPS' | 'RETENTION';
  readonly pointer: string;
  readonly clause: string;
}

/** Everything that the accession allows and the framework does not, in the order of the file. */
export function widerParts(accession: ProtocolModel, framework: ProtocolModel): WiderPart[] {
  return [
    ...each('PURPOSES', '/purposes', accession.purposes, ({ id }) => framework.purposes.some((it) => it.id === id)),
    ...each('ITEMS', '/dataItems', accession.dataItems, (item) => framework.dataItems.some(covers(item))),
    ...each('RECIPIENTS', '/recipients', accession.recipients, (one) => framework.recipients.some(receives(one))),
    ...consentParts(accession.consent, framework.consent),
    ...each('ROUTES', '/routes', accession.routes, (route) => framework.routes.some(takes(route))),
    ...lookupParts(accession, framework),
    ...retentionParts(accession, framework),
  ];
}

function* each<T extends { readonly clause: string }>(
  part: WiderPart['part'],
  list: string,
  own: readonly T[],
  allowed: (one: T) => boolean,
): Iterable<WiderPart> {
  for (const [index, one] of own.entries()) {
    if (!allowed(one)) yield { part, pointer: `${list}/${index}`, clause: one.clause };
  }
}

/** The same item, with no field and no kind of value that the framework does not list. */
export function covers(own: DataItem): (its: DataItem) => boolean {
  return (its) =>
    its.id === own.id &&
    // Data of Art. 9 or 10 that the framework marks as such stays marked.
    its.specialCategory?.article === own.specialCategory?.article &&
    own.fields.every(({ name, format }) => its.fields.some((field) => field.name === name && field.format === format));
}

/** The same category, reached in the same way and bound at least as strictly. */
export function receives(own: Recipient): (its: Recipient) => boolean {
  return (its) =>
    its.category === own.category &&
    its.partyRole === own.partyRole &&
    (own.requiresSecrecy || !its.requiresSecrecy) &&
    (its.onward || !own.onward);
}

/** The same kind of route, with the same cipher where the framework names one. */
export function takes(own: Route): (its: Route) => boolean {
  return (its) => its.kind === own.kind && (its.cipher === null || its.cipher === own.cipher);
}

function* consentParts(own: ConsentRule, its: ConsentRule): Iterable<WiderPart> {
  const part = (field: string): WiderPart => ({ part: 'CONSENT', pointer: `/consent/${field}`, clause: own.clause });
  if (!its.required) return;
  if (!own.required) return void (yield part('required'));
  if (its.informationPoints.some(({ id }) => !own.informationPoints.some((point) => point.id === id)))
    yield part('informationPoints');
  if ((own.use.occurrences ?? Infinity) > (its.use.occurrences ?? Infinity)) yield part('use');
  if (longer(own.validity, its.validity)) yield part('validity');
}

function* lookupParts(accession: ProtocolModel, framework: ProtocolModel): Iterable<WiderPart> {
  const [own, its] = [accession.lookups, framework.lookups];
  if (own === null) return;
  if (its === null) return void (yield { part: 'LOOKUPS', pointer: '/lookups', clause: own.clause });
  const { clause } = own;
  for (const [index, { kind, onlyInAbsenceOf }] of own.identifiers.entries()) {
    const allowed = its.identifiers.find((identifier) => identifier.kind === kind);
    if (!allowed?.onlyInAbsenceOf.every((other) => onlyInAbsenceOf.includes(other)))
      yield { part: 'LOOKUPS', pointer: `/lookups/identifiers/${index}`, clause };
  }
  const laxer =
    (its.users.namedUserRequired && !own.users.namedUserRequired) ||
    (its.users.supervisorRequired && !own.users.supervisorRequired);
  if (laxer) yield { part: 'LOOKUPS', pointer: '/lookups/users', clause: own.users.clause };
}

/** Rules are compared by phase: a rule for a phase that the framework does not know keeps values that it does not keep. */
function* retentionParts(accession: ProtocolModel, framework: ProtocolModel): Iterable<WiderPart> {
  for (const [index, rule] of accession.retention.rules.entries()) {
    const its = framework.retention.rules.find(({ phase }) => phase === rule.phase);
    if (its !== undefined && !keepsLonger(rule, its)) continue;
    yield { part: 'RETENTION', pointer: `/retention/rules/${index}`, clause: rule.clause };
  }
}

function keepsLonger(own: RetentionRule, its: RetentionRule): boolean {
  return (
    own.from !== its.from ||
    own.until !== its.until ||
    longer(own.period, its.period) ||
    longer(own.ceiling, its.ceiling) ||
    (its.onDeclined === 'erase' && own.onDeclined !== 'erase')
  );
}

// A month has 28 to 31 days: a period is longer when it can end later, from the shortest and from the longest of them.
const starts = ['2023-02-01', '2024-02-01', '2023-07-01', '2023-12-01'].map(startOfDay);

/** Null is no limit. */
function longer(own: string | null, its: string | null): boolean {
  if (its === null || own === its) return false;
  return own === null || starts.some((start) => addPeriod(start, own) > addPeriod(start, its));
}
