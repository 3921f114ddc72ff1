import { dateOf, formatInstant } from '@convenant/kernel';
import type { ProtocolPage, ProtocolView } from '@convenant/contracts';
import {
  accessionFindings,
  activationWaitsFor,
  applyDecisions,
  statusOf,
  validateProtocol,
  type FrameworkFacts,
  type ProtocolModel,
  type ProtocolState,
  type VersionState,
} from '@convenant/protocol';
import { findingView } from './finding-view.js';
import { stateAt, type HistoryEntry, type PartyIds } from './protocol-history.js';

export type ProtocolSummary = ProtocolPage['items'][number];

/** The version that is being agreed, else the one that was agreed last. */
export function versionShown(state: ProtocolState): VersionState {
  const version = state.draft ?? state.current;
  if (version === null) throw new Error('A protocol without a draft has no version');
  return version;
}

/** The title in the language of the text, in English where the product has no such texts. */
export function titleOf({ title, language }: ProtocolModel): string {
  return language === 'de' ? title.en : title[language];
}

/** A protocol in one line, as it stands at `now` (epoch milliseconds). */
export function protocolSummary(
  id: string,
  parties: PartyIds,
  history: readonly HistoryEntry[],
  now: number,
): ProtocolSummary {
  const state = stateAt(history, now);
  const { version, model } = versionShown(state);
  const endsAt = state.ended?.endedAt ?? state.scheduled?.endsAt;
  return {
    id,
    version,
    title: titleOf(model),
    regime: model.regime.id,
    state: statusOf(state),
    parties: { ...parties },
    ...(state.current === null ? {} : { effectiveFrom: formatInstant(state.current.effectiveFrom) }),
    ...(endsAt === undefined ? {} : { endsAt: formatInstant(endsAt) }),
  };
}

/**
 * A protocol as it stands at `now`, from its events alone: what the text says, what the parties decided beside it, what is
 * found on it today, and what it waits for.
 *
 * @param framework of an accession: the framework it names
 */
export function protocolView(
  id: string,
  parties: PartyIds,
  history: readonly HistoryEntry[],
  now: number,
  framework: FrameworkFacts | null = null,
): ProtocolView {
  const state = stateAt(history, now);
  const shown = versionShown(state);
  const { model, filled } = applyDecisions(shown.model, shown.decisions);
  const settled = new Set(filled.map(({ openPointId }) => openPointId));
  const findings = [
    ...accessionFindings(model, framework),
    ...validateProtocol(shown.model, { onDate: dateOf(now), decisions: shown.decisions }),
  ];
  return {
    ...protocolSummary(id, parties, history, now),
    documentHash: shown.documentHash,
    dataHash: shown.dataHash,
    findings: findings.map((finding) => findingView(finding)),
    openPoints: shown.model.openPoints.map(({ id: point, clause, question, requiredForActivation: required }) => ({
      id: point,
      clause,
      question,
      required,
      decided: settled.has(point),
    })),
    ...factsOf(parties, history),
    waitsFor: state.draft === null || state.ended !== null ? [] : activationWaitsFor(state.draft, now, framework),
    model,
  };
}

type Facts = Pick<ProtocolView, 'opinions' | 'decisions' | 'signatures' | 'endings'>;

/** What was recorded by whom, oldest first; also what a later opinion or decision has overtaken. */
function factsOf(parties: PartyIds, history: readonly HistoryEntry[]): Facts {
  const facts: Facts = { opinions: [], decisions: [], signatures: [], endings: [] };
  for (const { event, factId, recordedAt } of history) {
    if (factId === null) continue;
    const about = { id: factId, recordedAt: formatInstant(recordedAt) };
    switch (event.type) {
      case 'protocol.opinion.recorded': {
        const { by, documentHash: _, dataHash: __, ...opinion } = event.data;
        facts.opinions.push({ ...about, party: parties[by], ...opinion });
        break;
      }
      case 'protocol.gap.decided': {
        const { version, openPoint, clause, value, by, capacity, decidedOn } = event.data;
        facts.decisions.push({
          ...about,
          version,
          openPoint,
          clause,
          value,
          decidedBy: { party: parties[by], capacity },
          decidedOn,
        });
        break;
      }
      case 'protocol.signed': {
        const { by, ...signature } = event.data;
        facts.signatures.push({ ...about, party: parties[by], ...signature });
        break;
      }
      case 'protocol.notice.given':
      case 'protocol.revoked':
      case 'protocol.terminated':
      case 'protocol.lapsed':
      case 'protocol.linkedAgreement.ended':
      case 'protocol.expired':
        facts.endings.push(factId);
        break;
      case 'protocol.drafted':
      case 'protocol.amended':
      case 'protocol.activated':
      case 'protocol.suspended':
      case 'protocol.resumed':
      case 'protocol.ended':
        break;
    }
  }
  return facts;
}
