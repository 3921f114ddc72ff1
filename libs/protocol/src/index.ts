export * from './model/primitives.js';
export * from './model/parties.schema.js';
export * from './model/content.schema.js';
export * from './model/duties.schema.js';
export * from './model/transcription.schema.js';
export * from './model/protocol.schema.js';
export * from './model/canonical.js';
export * from './model/apply-decisions.js';
export * from './disclosure/refusal-codes.js';
export * from './disclosure/disclosure.types.js';
export { subjectStop } from './disclosure/subject-check.js';
export { decideDisclosure } from './disclosure/decide-disclosure.js';
export {
  decideOnwardDisclosure,
  type OnwardFacts,
  type OnwardRequest,
  type OnwardVerdict,
} from './disclosure/decide-onward.js';
export { scopeOf, type ScopeOfUser } from './disclosure/user-scope.js';
export { controllerOfTransfer, routeInUse, type TransferController } from './disclosure/route-choice.js';
export { decideCorrection } from './disclosure/decide-correction.js';
export { hasFormat } from './disclosure/field-formats.js';
export * from './lifecycle/protocol-state.js';
export * from './lifecycle/protocol-events.js';
export * from './lifecycle/protocol-commands.js';
export { decideProtocol } from './lifecycle/decide-protocol.js';
export { evolveProtocol, replayProtocol } from './lifecycle/evolve-protocol.js';
export { activationWaitsFor } from './lifecycle/activation.js';
export { frameworkFacts, type FrameworkFacts } from './framework/framework-facts.js';
export { accessionFindings } from './framework/accession-findings.js';
export { bearersOf, type EndDutyKind } from './lifecycle/end-duties.js';
export { protocolDifference, type Difference } from './difference/protocol-difference.js';
export { termEnd } from './deadlines/term-end.js';
export { governingVersion } from './versions/governing-version.js';
export { noticeEnd } from './deadlines/notice-end.js';
export * from './validate/finding.js';
export { validateProtocol } from './validate/validate-protocol.js';
export { parseProtocol, type ParsedProtocol, type ParseResult } from './parse/parse-protocol.js';
export { fileFaults, type FileFaultCode, type FileFinding } from './parse/parse-fault.js';
export { findingKinds, type FindingCode } from './validate/finding-texts.js';
export { regimeOn } from './regimes/regime-findings.js';
export type { RegimeVersion } from './regimes/regime.js';
export { retentionStatus, type RetentionStatus, type TriggerFact } from './retention/retention-status.js';
export { authorityNoticeDueAt, monthDeadline, type MonthDeadline } from './deadlines/gdpr-deadlines.js';
export { isWorkingDay, workingDayFrom } from './deadlines/working-days.js';
export * from './rights/rights-request.js';
export * from './rights/information-duty.js';
