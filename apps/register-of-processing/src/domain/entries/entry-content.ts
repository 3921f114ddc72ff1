import { formatInstant } from '@convenant/kernel';
import type { EntryContent, EntryProcessor } from '@convenant/contracts';
import type { PartyRole, ProtocolModel } from '@convenant/protocol';
import { isSameName } from '../governance/expected-processors.js';
import type { EntryFacts } from './entry-facts.js';

/** An entry as it should stand: in whose register, and of which processor, null for the controller's own. */
export interface WantedEntry {
  readonly role: PartyRole;
  readonly processor: string | null;
  readonly content: EntryContent;
}

const roles = ['sender', 'receiver'] as const;

/**
 * The entries of both parties that follow from the protocol: one of each as controller, one for each of its processors and for
 * the integrator that carries its data. Same facts, same entries.
 *
 * @see GDPR Art. 30(1), (2)
 */
export function entriesOf(facts: EntryFacts): WantedEntry[] {
  return roles.flatMap((role) => [
    { role, processor: null, content: controllerEntry(facts, role) },
    ...processorsOf(facts, role).map((processor) => ({
      role,
      processor: processor.name,
      content: processorEntry(facts, role, processor),
    })),
  ]);
}

/**
 * Who processes for a party: those that the text names, those that it recorded, and, for the sender, the operator of a route.
 * Each name once: what the party recorded itself says most.
 */
export function processorsOf({ text: { model }, recorded }: EntryFacts, role: PartyRole): EntryProcessor[] {
  const named = model.processors.named
    .filter((processor) => processor.of === role)
    .map(({ name, legalForm, clause }): EntryProcessor => {
      return { name, kind: 'processor', ...given({ legalForm }), clause };
    });
  // The one who discloses has the data carried; to the receiver the integrator is a route by which they come.
  const carriers = (role === 'sender' ? model.routes : []).flatMap(({ operator, clause }): EntryProcessor[] =>
    operator === null ? [] : [{ name: operator, kind: 'integrator', clause }],
  );
  const all = [...recorded[role], ...named, ...carriers];
  return all.filter(({ name }, index) => all.findIndex((other) => isSameName(other.name, name)) === index);
}

function controllerEntry(facts: EntryFacts, role: PartyRole): EntryContent {
  const { model } = facts.text;
  const { originalPurpose, compatibility } = model;
  const declared = facts.declared[role];
  return {
    ...common(facts, role),
    side: 'controller',
    purposes: model.purposes.map(({ id, label, clause }) => ({ id, label, clause })),
    ...(role === 'sender' && originalPurpose !== null
      ? {
          originalPurpose: {
            text: originalPurpose.text,
            instrument: originalPurpose.instrument,
            ...given({ article: originalPurpose.article }),
            clause: originalPurpose.clause,
          },
        }
      : {}),
    legalBases: model.legalBases
      .filter(({ side }) => side === role)
      .map(({ id, covers, instrument, articles, gdprArt6, clause }) => {
        return { id, covers, ...given({ instrument }), articles, gdprArt6, clause };
      }),
    ...(compatibility === null
      ? {}
      : { compatibility: { conclusion: compatibility.conclusion, clause: compatibility.clause } }),
    recipients: recipientsOf(model, role, facts.parties.receiver.id),
    retention: role === 'receiver' ? retentionOf(model) : [],
    processors: processorsOf(facts, role),
    ...(declared === null ? {} : { declared: declared.entry, declaredOn: declared.on }),
  };
}

function processorEntry(facts: EntryFacts, role: PartyRole, processor: EntryProcessor): EntryContent {
  return {
    ...common(facts, role),
    side: 'processor',
    processor,
    purposes: [],
    legalBases: [],
    recipients: [],
    retention: [],
    processors: [],
  };
}

/** What the records of a controller and of a processor both say. */
function common({ text, parties }: EntryFacts, role: PartyRole) {
  const { model, version, state, effectiveFrom, endsAt } = text;
  const party = ({ id, name, enterpriseNumber, unitCode, dpo }: (typeof parties)[PartyRole]) => {
    return { id, name, enterpriseNumber, ...given({ unitCode }), dpo: [...dpo].sort() };
  };
  return {
    role,
    state,
    title: model.title,
    protocol: { reference: model.reference, version, regime: model.regime.id, ...given(registerClause(model, role)) },
    effectiveFrom: formatInstant(effectiveFrom),
    ...(endsAt === null ? {} : { endsAt: formatInstant(endsAt) }),
    controller: party(parties[role]),
    counterparty: party(parties[role === 'sender' ? 'receiver' : 'sender']),
    controllerFor: model.parties[role].controllerFor,
    // A text that names no categories is about whom its subject is about.
    dataSubjects: model.subject.persons?.text ?? model.subject.text,
    dataItems: model.dataItems.map(({ id, label, authenticSource, specialCategory, clause }) => ({
      id,
      label,
      ...given({ authenticSource }),
      ...(specialCategory === null
        ? {}
        : { specialCategory: { article: specialCategory.article, ...given({ ground: specialCategory.ground }) } }),
      clause,
    })),
    thirdCountryTransfers: [],
    security: model.securityMeasures
      .filter(({ by }) => by === role)
      .map(({ id, kind, text: words, clause }) => ({ id, kind, text: words, clause })),
    routes: model.routes.map(({ id, kind, operator, cipher, fallback, clause }) => ({
      id,
      kind,
      ...given({ operator, cipher }),
      ...(fallback === null ? {} : { fallbackOf: fallback.of, controllerForTransfer: fallback.controllerForTransfer }),
      clause,
    })),
  };
}

/** The sender discloses to the receiver; whom the receiver reaches further on stands in the receiver's entry. */
function recipientsOf(model: ProtocolModel, role: PartyRole, receiver: string): EntryContent['recipients'] {
  return model.recipients
    .filter(({ onward }) => role === 'receiver' || !onward)
    .map(({ category, label, partyRole, unit, onward, clause }) => ({
      category,
      label,
      ...(partyRole === 'receiver' ? { party: receiver } : {}),
      ...given({ unit }),
      onward,
      clause,
    }));
}

/** The receiver's: how long the sender keeps its own source is not for this protocol. */
function retentionOf(model: ProtocolModel): EntryContent['retention'] {
  return model.retention.rules.map(({ id, label, from, until, period, ceiling, basis, destructionBasis, clause }) => {
    return { id, label, from, ...given({ until, period, ceiling, basis, destructionBasis }), clause };
  });
}

/** Clause by which the text has this party keep a register, where it has one. */
function registerClause({ duties }: ProtocolModel, role: PartyRole) {
  return { clause: duties.find(({ kind, by }) => kind === 'register' && by.includes(role))?.clause };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> };

/** Without what the text leaves blank. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as Given<T>;
}
