import { isEnterpriseNumber } from '@convenant/kernel';
import { valueAt } from '../model/json-pointer.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { Fault, FileFaultCode } from './parse-fault.js';

/** Faults that a shape cannot show: check digits, references within the file, ids given twice, an end before its start. */
export function meaningFaults(model: ProtocolModel): Fault[] {
  return [
    ...partyFaults(model),
    ...idFaults(model),
    ...clauseFaults(model),
    ...referenceFaults(model),
    ...dateFaults(model),
  ];
}

function* partyFaults({ parties }: ProtocolModel): Iterable<Fault> {
  for (const role of ['sender', 'receiver'] as const) {
    if (!isEnterpriseNumber(parties[role].kbo))
      yield { code: 'ENTERPRISE_NUMBER_INVALID', pointer: `/parties/${role}/kbo` };
  }
  const { sender, receiver } = parties;
  // One number can cover many bodies; then the unit code tells them apart.
  if (sender.kbo === receiver.kbo && sender.unitCode === receiver.unitCode)
    yield { code: 'PARTIES_EQUAL', pointer: '/parties/receiver/kbo' };
}

function* idFaults(model: ProtocolModel): Iterable<Fault> {
  const lists: Record<string, readonly string[]> = {
    purposes: model.purposes.map(({ id }) => id),
    legalBases: model.legalBases.map(({ id }) => id),
    dataItems: model.dataItems.map(({ id }) => id),
    recipients: model.recipients.map(({ category }) => category),
    senderUnits: model.senderUnits.map(({ unit }) => unit),
    'consent/informationPoints': model.consent.informationPoints.map(({ id }) => id),
    routes: model.routes.map(({ id }) => id),
    'retention/rules': model.retention.rules.map(({ id }) => id),
    duties: model.duties.map(({ id }) => id),
    securityMeasures: model.securityMeasures.map(({ id }) => id),
    linkedAgreements: model.linkedAgreements.map(({ id }) => id),
    endings: model.endings.map(({ id }) => id),
    clauses: model.clauses.map(({ id }) => id),
    openPoints: model.openPoints.map(({ id }) => id),
    'parties/sender/signatories': model.parties.sender.signatories.map(({ id }) => id),
    'parties/receiver/signatories': model.parties.receiver.signatories.map(({ id }) => id),
  };
  model.dataItems.forEach((item, index) => {
    lists[`dataItems/${index}/fields`] = item.fields.map(({ name }) => name);
  });
  for (const [list, ids] of Object.entries(lists)) {
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) yield { code: 'ID_DUPLICATE', pointer: `/${list}/${index}` };
      seen.add(id);
    }
  }
}

/** Every clause that an element quotes stands in the table: a refusal must never quote a clause that nobody can read. */
function* clauseFaults(model: ProtocolModel): Iterable<Fault> {
  const known = new Set(model.clauses.map(({ id }) => id));
  const quoting = new Set(['clause', 'itemsClause', 'recipientsClause', 'scopeClause', 'secrecyClause', 'readsAs']);
  function* walk(node: unknown, pointer: string): Iterable<Fault> {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      const at = `${pointer}/${key}`;
      if (quoting.has(key) && typeof value === 'string' && !known.has(value))
        yield { code: 'CLAUSE_UNKNOWN', pointer: at };
      yield* walk(value, at);
    }
  }
  yield* walk(model, '');
}

function* referenceFaults(model: ProtocolModel): Iterable<Fault> {
  const unknown = (pointer: string): Fault => ({ code: 'REFERENCE_UNKNOWN', pointer });
  for (const [row, { items }] of (model.lookups?.users.scope ?? []).entries()) {
    for (const [index, item] of items.entries()) {
      if (!model.dataItems.some(({ id }) => id === item)) yield unknown(`/lookups/users/scope/${row}/items/${index}`);
    }
  }
  for (const [index, { competence }] of model.recipients.entries()) {
    if (!competence) continue;
    const item = model.dataItems.find(({ id }) => id === competence.item);
    if (!item?.fields.some(({ name }) => name === competence.field))
      yield unknown(`/recipients/${index}/competence/item`);
  }
  for (const [index, { fallback }] of model.routes.entries()) {
    if (fallback && !model.routes.some(({ id }) => id === fallback.of)) yield unknown(`/routes/${index}/fallback/of`);
  }
  const agreements = new Set(model.linkedAgreements.map(({ id }) => id));
  for (const [index, { agreement, kind, period }] of model.endings.entries()) {
    if (kind === 'linkedAgreementEnded' ? agreement === null || !agreements.has(agreement) : agreement !== null)
      yield unknown(`/endings/${index}/agreement`);
    if (kind === 'notice' && period === null)
      yield { code: 'VALUE_INVALID', pointer: `/endings/${index}/period`, expected: 'P6M' };
  }
  if (model.duration?.agreement != null && !agreements.has(model.duration.agreement))
    yield unknown('/duration/agreement');
  for (const [index, { fills, value }] of model.openPoints.entries()) {
    if (fills.some((pointer) => valueAt(model, pointer) !== null)) yield unknown(`/openPoints/${index}/fills`);
    if ((value.kind === 'choice') !== (value.choices !== undefined))
      yield { code: 'VALUE_INVALID', pointer: `/openPoints/${index}/value`, expected: 'choices' };
  }
  if ((model.kind === 'accession') !== (model.framework !== undefined))
    yield unknown(model.framework === undefined ? '/kind' : '/framework');
  if (model.consent.required !== (model.consent.role !== 'none'))
    yield {
      code: 'VALUE_INVALID',
      pointer: '/consent/role',
      expected: model.consent.required ? 'statutoryCondition, legalBasis' : 'none',
    };
}

function* dateFaults(model: ProtocolModel): Iterable<Fault> {
  const fault = (code: FileFaultCode, pointer: string): Fault => ({ code, pointer });
  const { on } = model.entryIntoForce;
  if (
    model.entryIntoForce.kind === 'date' &&
    on === null &&
    !model.openPoints.some(({ fills }) => fills.includes('/entryIntoForce/on'))
  ) {
    yield { code: 'VALUE_INVALID', pointer: '/entryIntoForce/on', expected: 'date' };
  }
  const start = on ?? model.signature.on;
  const end = model.duration?.endsOn ?? null;
  if (start !== null && end !== null && end < start) yield fault('END_BEFORE_START', '/duration/endsOn');
}
