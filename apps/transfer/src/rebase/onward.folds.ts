import { disclosureOnwardRecorded, disclosureOnwardRefused, type EventData } from '@convenant/contracts';
import { dateOf, folds, type NamedFold, runAll as run } from '@convenant/messaging';
import { insertOnward, type OnwardRow } from '../db/onward.statements.js';

/** What receivers passed on, and what they were refused to. */
export const onwardFolds: readonly NamedFold[] = [
  folds(disclosureOnwardRecorded, (tx, { data }) =>
    run(
      tx,
      insertOnward({
        ...common(data),
        protocol_version: data.protocolVersion,
        recipient_unit: data.recipient.unit ?? null,
        verdict: 'permitted',
        code: null,
        clause: data.clause,
      }),
    ),
  ),
  folds(disclosureOnwardRefused, (tx, { data }) => {
    const { verdict, code, clause = null } = data;
    return run(
      tx,
      insertOnward({ ...common(data), protocol_version: null, recipient_unit: null, verdict, code, clause }),
    );
  }),
];

function common(
  data: EventData<typeof disclosureOnwardRecorded> | EventData<typeof disclosureOnwardRefused>,
): Omit<OnwardRow, 'protocol_version' | 'recipient_unit' | 'verdict' | 'code' | 'clause'> {
  return {
    id: data.onwardId,
    disclosure_id: data.disclosureId,
    protocol_id: data.protocolId,
    recipient_party: data.recipient.party ?? null,
    recipient_enterprise: data.recipient.enterpriseNumber ?? null,
    recipient_category: data.recipient.category,
    items: data.items,
    purpose: data.purpose,
    disclosed_at: dateOf(data.disclosedAt),
    recorded_at: dateOf(data.recordedAt),
  };
}
