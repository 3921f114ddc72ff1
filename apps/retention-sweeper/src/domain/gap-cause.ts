import type { RetentionStatus } from '@convenant/protocol';

export type RetentionGapKind = NonNullable<RetentionStatus['gap']>;

/** What the data protection officer is told is missing, by the kind of gap. */
export const gapCause: Record<RetentionGapKind, string> = {
  period: 'RETENTION_PERIOD_MISSING',
  onDeclined: 'DECISION_ON_DECLINED_MISSING',
  destructionBasis: 'DESTRUCTION_BASIS_MISSING',
};
