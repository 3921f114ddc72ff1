import { termEnd } from '../deadlines/term-end.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { Finding } from '../validate/finding.js';
import { finding } from '../validate/make-finding.js';
import type { FrameworkFacts } from './framework-facts.js';
import { widerParts } from './wider-parts.js';

/**
 * What stands between an accession and its framework: an unknown or ended framework, or anything that the accession allows
 * and the framework does not. Empty for every other kind of protocol. All are errors but a suspended framework, which only
 * keeps the accession from being activated.
 *
 * @param framework null when no agreed framework has that reference
 * @see Decree of 18 July 2008, Art. 8 §1: a framework protocol and the declarations of accession to it
 */
export function accessionFindings(accession: ProtocolModel, framework: FrameworkFacts | null): Finding[] {
  if (accession.kind !== 'accession') return [];
  const { clause } = accession.regime;
  const words = { framework: accession.framework! };
  if (framework === null) return [finding('FRAMEWORK_UNKNOWN', { clause, pointer: '/framework', words })];
  const { model, standing } = framework;
  const found: Finding[] = [];
  if (standing === 'ended') found.push(finding('FRAMEWORK_ENDED', { clause, pointer: '/framework', words }));
  if (standing === 'suspended') found.push(finding('FRAMEWORK_SUSPENDED', { clause, pointer: '/framework', words }));
  if (accession.regime.id !== model.regime.id)
    found.push(finding('FRAMEWORK_OTHER_REGIME', { clause, pointer: '/regime/id', words }));
  if (endsWithFramework(accession) === undefined)
    found.push(finding('FRAMEWORK_ENDING_ABSENT', { clause, pointer: '/endings', words }));
  if (outlives(accession, model))
    found.push(
      finding('ACCESSION_OUTLIVES_FRAMEWORK', {
        clause: accession.duration?.clause ?? clause,
        pointer: '/duration',
        words,
      }),
    );
  for (const { part, ...place } of widerParts(accession, model)) {
    found.push(finding('ACCESSION_WIDER', { ...place, code: `ACCESSION_WIDER_${part}`, words, source: 'text' }));
  }
  return found;
}

/** The ending by which an accession says that it ends with its framework. */
export function endsWithFramework({ endings, framework }: ProtocolModel) {
  return endings.find(({ kind, agreement }) => kind === 'linkedAgreementEnded' && agreement === framework);
}

/** A fixed term beside a framework with one must end with it at the latest; every other duration hangs on the framework. */
function outlives(accession: ProtocolModel, framework: ProtocolModel): boolean {
  const [own, its] = [termEnd(accession), termEnd(framework)];
  return own !== null && its !== null && own > its;
}
