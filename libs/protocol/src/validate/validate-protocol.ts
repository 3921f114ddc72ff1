import { applyDecisions, type PartyDecision } from '../model/apply-decisions.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { regimeFindings } from '../regimes/regime-findings.js';
import type { Finding } from './finding.js';
import { ruleFindings } from './rule-findings.js';
import { textFindings } from './text-findings.js';

const order = { error: 0, warning: 1, note: 2 } as const;

/**
 * Everything a reader must know about a protocol before it runs: errors first. The text is judged as it stands; a finding
 * that the parties have settled stays, as a note that says who decided and when, and no longer blocks.
 *
 * @param onDate calendar date in Brussels: the version of the regime in force on it judges
 */
export function validateProtocol(
  model: ProtocolModel,
  options: { readonly onDate: string; readonly decisions?: readonly PartyDecision[] },
): Finding[] {
  const { filled } = applyDecisions(model, options.decisions ?? []);
  return [...regimeFindings(model, options.onDate), ...ruleFindings(model), ...textFindings(model)]
    .map((found) => {
      const openPoint =
        found.openPoint ?? model.openPoints.find(({ fills }) => fills.includes(found.pointer ?? ''))?.id;
      if (openPoint === undefined) return found;
      const settled = filled.find(({ openPointId }) => openPointId === openPoint);
      return settled
        ? { ...found, openPoint, severity: 'note' as const, decided: settled.decisions }
        : { ...found, openPoint };
    })
    .sort((a, b) => order[a.severity] - order[b.severity]);
}
