import { indexOf } from '../disclosure/protocol-index.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { Finding } from './finding.js';
import { finding, partyWords } from './make-finding.js';

/** What the GDPR asks of any protocol, whatever its regime: grounds, retention, contacts, an end that can be computed. */
export function ruleFindings(model: ProtocolModel): Finding[] {
  return [...groundFindings(model), ...retentionFindings(model), ...breachFindings(model), ...noticeFindings(model)];
}

function* groundFindings(model: ProtocolModel): Iterable<Finding> {
  const missing = indexOf(model).groundMissing;
  if (missing !== null) yield finding('GROUND_ABSENT', { clause: missing, pointer: '/legalBases' });
  for (const [index, basis] of model.legalBases.entries()) {
    if (basis.instrument !== null) continue;
    yield finding('LEGAL_INSTRUMENT_UNNAMED', {
      clause: basis.clause,
      pointer: `/legalBases/${index}/instrument`,
      words: { party: partyWords[basis.side] },
    });
  }
  for (const [index, item] of model.dataItems.entries()) {
    if (item.specialCategory === null || item.specialCategory.ground !== null) continue;
    yield finding('SPECIAL_CATEGORY_WITHOUT_GROUND', {
      clause: item.clause,
      pointer: `/dataItems/${index}/specialCategory/ground`,
      words: { item: item.label, article: item.specialCategory.article },
    });
  }
}

function* retentionFindings({ retention, itemsClause }: ProtocolModel): Iterable<Finding> {
  if (retention.rules.length === 0)
    yield finding('RETENTION_PERIOD_ABSENT', { clause: itemsClause, pointer: '/retention/rules' });
  for (const [index, rule] of retention.rules.entries()) {
    const at = (field: string) => ({ clause: rule.clause, pointer: `/retention/rules/${index}/${field}` });
    if (rule.period === null && rule.until === null) yield finding('RETENTION_PERIOD_ABSENT', at('period'));
    if (rule.until === 'contactOutcome' && rule.onDeclined === null)
      yield finding('RETENTION_SILENT_ON_DECLINED', at('onDeclined'));
    if (rule.until !== null && rule.period === null && rule.ceiling === null)
      yield finding('RETENTION_WITHOUT_CEILING', at('ceiling'));
    if (rule.basis !== null && rule.destructionBasis === null)
      yield finding('RETENTION_WITHOUT_DESTRUCTION_BASIS', at('destructionBasis'));
  }
}

function* breachFindings({ breach, parties }: ProtocolModel): Iterable<Finding> {
  if (!breach?.viaDpo) return;
  for (const contact of breach.contacts) {
    if (contact.mailbox === parties[contact.party].dpo.contact) continue;
    yield finding('BREACH_CONTACT_NOT_DPO', {
      clause: contact.clause,
      pointer: `/parties/${contact.party}/dpo/contact`,
    });
  }
}

function* noticeFindings({ endings }: ProtocolModel): Iterable<Finding> {
  for (const [index, ending] of endings.entries()) {
    if (ending.kind === 'notice' && ending.periodStart === null) {
      yield finding('NOTICE_START_UNDEFINED', { clause: ending.clause, pointer: `/endings/${index}/periodStart` });
    }
  }
}
