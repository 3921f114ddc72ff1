import { addPeriod, dateOf, startOfDay } from '@convenant/kernel';
import type { AlertView } from '@convenant/contracts';
import {
  accessionFindings,
  partyRoles,
  regimeOn,
  type FrameworkFacts,
  type PartyRole,
  type ProtocolModel,
} from '@convenant/protocol';
import { expectedProcessors, isRecorded, type Host } from './expected-processors.js';
import type { GovernanceTerms } from './governance-terms.js';
import { processorReasons, type ProcessorFacts } from './processor-standing.js';

/** Everything about a protocol that can be amiss; instants are epoch milliseconds, parties stand by role. */
export interface GovernanceFacts {
  /** The text in force, with the party decisions. */
  readonly model: ProtocolModel;
  readonly version: number;
  readonly effectiveFrom: number;
  /** Of an accession: the framework it hangs on, with the version that was agreed last. */
  readonly framework: FrameworkFacts | null;
  readonly opinions: Readonly<Partial<Record<PartyRole, { readonly opinionHash?: string }>>>;
  /** Hashes of the documents that are kept here. */
  readonly documents: ReadonlySet<string>;
  readonly publications: readonly {
    readonly id: string;
    readonly party: PartyRole;
    readonly version: number;
    readonly state: string;
    readonly lapsedAt: number | null;
  }[];
  readonly host: Host | null;
  /** Those in use. */
  readonly processors: readonly (ProcessorFacts & { readonly party: PartyRole; readonly name: string })[];
  /** The last list of each party, and what the party has registered now. */
  readonly lists: Readonly<
    Partial<Record<PartyRole, { id: string; listHash: string; sharedAt: number; acknowledgedAt: number | null }>>
  >;
  readonly registered: Readonly<Record<PartyRole, { readonly listHash: string }>>;
  readonly openLawChanges: readonly {
    readonly id: string;
    readonly by: PartyRole;
    readonly reviewBy: number;
    readonly clause: string | null;
  }[];
  /** The last evidence of each measure. */
  readonly evidence: readonly { readonly party: PartyRole; readonly measure: string; readonly validUntil: number }[];
  readonly openRequests: readonly {
    readonly id: string;
    readonly of: PartyRole;
    readonly answerBy: number;
    readonly clause: string | null;
  }[];
}

/** Something that is amiss from an instant on. */
export interface DueAlert {
  readonly party: PartyRole;
  readonly code: AlertView['code'];
  readonly about: string | null;
  readonly clause: string | null;
  readonly since: number;
}

/**
 * What is amiss in the governance of a protocol in force, and when that changes next without anybody doing anything: at the
 * latest when the next day begins in Brussels.
 *
 * Pure. What is asked comes from the text of the protocol and its regime; the periods from the operator.
 */
export function governanceAlerts(
  facts: GovernanceFacts,
  terms: GovernanceTerms,
  now: number,
): { readonly alerts: DueAlert[]; readonly nextAt: number } {
  const due = [
    ...publicationAlerts(facts, terms),
    ...opinionAlerts(facts),
    ...processorAlerts(facts, terms, now),
    ...listAlerts(facts, terms, now),
    ...lawAlerts(facts),
    ...evidenceAlerts(facts, terms),
    ...frameworkAlerts(facts),
  ];
  const ahead = due.filter(({ since }) => since > now).map(({ since }) => since);
  return {
    alerts: due.filter(({ since }) => since <= now),
    nextAt: Math.min(addPeriod(startOfDay(dateOf(now)), 'P1D'), ...ahead),
  };
}

/** A publication that the text promises and that nobody found, or that is no longer there. */
function* publicationAlerts(
  { model, version, effectiveFrom, publications }: GovernanceFacts,
  terms: GovernanceTerms,
): Iterable<DueAlert> {
  const clause = model.publication?.clause ?? null;
  const own = publications.filter((one) => one.version === version && one.state !== 'replaced');
  for (const party of partyRoles) {
    const publication = own.find((one) => one.party === party);
    if (publication?.state === 'lapsed') {
      yield { party, code: 'PUBLICATION_LAPSED', about: publication.id, clause, since: publication.lapsedAt! };
    } else if (publication?.state !== 'published' && model.publication?.by.includes(party)) {
      const since = addPeriod(effectiveFrom, terms.publishWithin);
      yield { party, code: 'PUBLICATION_MISSING', about: null, clause, since };
    }
  }
}

/** Where the regime wants the opinions attached: their documents are kept here. */
function* opinionAlerts({ model, effectiveFrom, opinions, documents }: GovernanceFacts): Iterable<DueAlert> {
  if (regimeOn(model.regime.id, dateOf(effectiveFrom))?.opinionsAttached !== true) return;
  for (const party of partyRoles) {
    const hash = opinions[party]?.opinionHash;
    if (hash !== undefined && documents.has(hash)) continue;
    const clause = model.opinions.find((stated) => stated.party === party)?.clause ?? model.parties[party].dpo.clause;
    yield { party, code: 'OPINION_NOT_ATTACHED', about: null, clause, since: effectiveFrom };
  }
}

function* processorAlerts(
  { model, effectiveFrom, host, processors }: GovernanceFacts,
  terms: GovernanceTerms,
  now: number,
): Iterable<DueAlert> {
  for (const expected of expectedProcessors(model, host)) {
    const { party, name, kind, clause } = expected;
    if (processors.some((one) => one.party === party && isRecorded(expected, one))) continue;
    const about = kind === 'installation' ? 'installation' : aboutName(name);
    yield { party, code: 'PROCESSOR_NOT_RECORDED', about, clause, since: addPeriod(effectiveFrom, terms.beginWithin) };
  }
  for (const processor of processors) {
    const ofParty = processors.filter(({ party }) => party === processor.party);
    if (processorReasons(processor, ofParty, dateOf(now)).length === 0) continue;
    const clause = model.processors.clause;
    yield { party: processor.party, code: 'PROCESSOR_BLOCKED', about: processor.id, clause, since: now };
  }
}

/**
 * Where the text has the parties exchange their lists. The text may say so from a later phase on; the lists are asked for from
 * the start all the same: whether some client has reached that phase is no business of the sender, and an alert would tell it.
 */
function* listAlerts(facts: GovernanceFacts, terms: GovernanceTerms, now: number): Iterable<DueAlert> {
  const { model, effectiveFrom, lists, registered } = facts;
  const exchange = model.processors.listExchange;
  if (exchange === null) return;
  const { clause } = exchange;
  for (const party of partyRoles) {
    const other = party === 'sender' ? 'receiver' : 'sender';
    const last = lists[party];
    if (last === undefined) {
      const since = addPeriod(effectiveFrom, terms.beginWithin);
      yield { party, code: 'PROCESSOR_LIST_NOT_SHARED', about: null, clause, since };
      continue;
    }
    const outdated = last.listHash !== registered[party].listHash;
    const since = outdated ? now : addPeriod(last.sharedAt, terms.listValid);
    yield { party, code: 'PROCESSOR_LIST_STALE', about: last.id, clause, since };
    if (last.acknowledgedAt !== null) continue;
    const late = addPeriod(last.sharedAt, terms.acknowledgeWithin);
    yield { party: other, code: 'PROCESSOR_LIST_UNACKNOWLEDGED', about: last.id, clause, since: late };
  }
}

function* lawAlerts({ openLawChanges }: GovernanceFacts): Iterable<DueAlert> {
  for (const { id, by, reviewBy, clause } of openLawChanges) {
    const party = by === 'sender' ? 'receiver' : 'sender';
    yield { party, code: 'LAW_REVIEW_OVERDUE', about: id, clause, since: reviewBy };
  }
}

function* evidenceAlerts(facts: GovernanceFacts, terms: GovernanceTerms): Iterable<DueAlert> {
  const { model, effectiveFrom, evidence, openRequests } = facts;
  for (const { id: measure, by, clause } of model.securityMeasures) {
    const last = evidence.find((one) => one.party === by && one.measure === measure);
    const about = measure;
    yield last === undefined
      ? { party: by, code: 'EVIDENCE_MISSING', about, clause, since: addPeriod(effectiveFrom, terms.beginWithin) }
      : { party: by, code: 'EVIDENCE_STALE', about, clause, since: last.validUntil };
  }
  for (const { id, of, answerBy, clause } of openRequests) {
    yield { party: of, code: 'EVIDENCE_REQUEST_OVERDUE', about: id, clause, since: answerBy };
  }
}

/**
 * Where the framework was amended to allow less than an accession in force: from its day on the accession permits less than
 * its own text says. Both parties have to bring it in line, and both are told.
 */
function* frameworkAlerts({ model, effectiveFrom, framework }: GovernanceFacts): Iterable<DueAlert> {
  if (framework === null) return;
  const since = Math.max(effectiveFrom, framework.effectiveFrom);
  const told = new Set<string>();
  for (const { code: about, severity, clause = null } of accessionFindings(model, framework)) {
    if (severity !== 'error' || !about.startsWith('ACCESSION_') || told.has(about)) continue;
    told.add(about);
    for (const party of partyRoles) yield { party, code: 'ACCESSION_BEYOND_FRAMEWORK', about, clause, since };
  }
}

/** A name as the reference of an alert can carry it. */
function aboutName(name: string): string {
  return (
    name
      .normalize('NFD')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 100) || 'processor'
  );
}
