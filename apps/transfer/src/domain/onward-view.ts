import type { OnwardDisclosureView } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { OnwardRow } from '../db/onward.statements.js';
import type { CorrectionRow } from '../db/quality.statements.js';
import { answerOf } from './verdict.js';

/**
 * An onward disclosure with what its recipient is to be told: every correction or erasure of its items that came after it.
 * @param corrections of the disclosure that it passes on
 * @see GDPR Art. 19
 */
export function onwardView(row: OnwardRow, corrections: readonly CorrectionRow[]): OnwardDisclosureView {
  const { verdict, code, clause } = row;
  return {
    id: row.id,
    disclosureId: row.disclosure_id,
    ...answerOf({ verdict, ...(code ? { code } : null), ...(clause ? { clause } : null) }),
    recipient: {
      ...(row.recipient_party ? { party: row.recipient_party } : null),
      ...(row.recipient_enterprise ? { enterpriseNumber: row.recipient_enterprise } : null),
      ...(row.recipient_unit ? { unit: row.recipient_unit } : null),
      category: row.recipient_category,
    },
    items: row.items,
    purpose: row.purpose,
    at: formatInstant(row.disclosed_at.getTime()),
    recordedAt: formatInstant(row.recorded_at.getTime()),
    toTell: verdict === 'permitted' ? corrections.flatMap((correction) => told(row, correction)) : [],
  };
}

function told(
  { items, disclosed_at: disclosedAt }: OnwardRow,
  { id, kind, items: corrected, propagated_at: propagatedAt, acknowledged_at: acknowledgedAt }: CorrectionRow,
): OnwardDisclosureView['toTell'] {
  const concerned = corrected.filter((item) => items.includes(item));
  if (concerned.length === 0 || propagatedAt < disclosedAt) return [];
  return [{ correctionId: id, kind, items: concerned, state: acknowledgedAt ? 'told' : 'open' }];
}
