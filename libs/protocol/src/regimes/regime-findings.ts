import type { ProtocolModel, RegimeId } from '../model/protocol.schema.js';
import type { Finding } from '../validate/finding.js';
import { finding, partyWords } from '../validate/make-finding.js';
import { beFedArt20 } from './be-fed-art20.js';
import { beVlArt8 } from './be-vl-art8.js';
import type { RegimeVersion } from './regime.js';

const regimes: Record<RegimeId, readonly RegimeVersion[]> = { 'be-fed-art20': beFedArt20, 'be-vl-art8': beVlArt8 };

/** The version of a regime in force on a calendar date (Brussels), or null before its first. */
export function regimeOn(id: RegimeId, date: string): RegimeVersion | null {
  return regimes[id].findLast(({ from }) => from <= date) ?? null;
}

/** What the regime of the protocol, as it reads on the date, finds missing. */
export function regimeFindings(model: ProtocolModel, onDate: string): Finding[] {
  const { clause } = model.regime;
  const regime = regimeOn(model.regime.id, onDate);
  if (regime === null)
    return [finding('REGIME_NOT_IN_FORCE', { clause, pointer: '/regime/id', source: model.regime.id })];
  const { source } = regime;
  const found: Finding[] = [];
  for (const condition of regime.conditions) {
    const answer = model.regime.applicability.find((one) => one.condition === condition)?.answer ?? 'unknown';
    const place = { clause, pointer: '/regime/applicability', source, words: { condition } };
    if (answer === 'no') found.push(finding('REGIME_NOT_APPLICABLE', place));
    if (answer === 'unknown') found.push(finding('APPLICABILITY_UNANSWERED', place));
  }
  for (const { code, what, pointer, present } of regime.content) {
    if (!present(model))
      found.push(
        finding('CONTENT_ABSENT', { code, clause, pointer, source, severity: regime.absence, words: { what } }),
      );
  }
  for (const party of ['sender', 'receiver'] as const) {
    const index = model.opinions.findIndex((opinion) => opinion.party === party);
    if (index < 0)
      found.push(
        finding('OPINION_ABSENT', { clause, pointer: '/opinions', source, words: { party: partyWords[party] } }),
      );
    else if (regime.opinionsAttached && !model.opinions[index]!.attached) {
      found.push(
        finding('OPINION_NOT_ATTACHED', {
          clause: model.opinions[index]!.clause,
          pointer: `/opinions/${index}/attached`,
          source,
        }),
      );
    }
  }
  return found;
}
