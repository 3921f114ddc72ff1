import { disclosureOnwardRecorded } from '@convenant/contracts';
import { dateOf, folds, type NamedFold, runAll as run } from '@convenant/messaging';
import { insertOnward } from '../db/onward.statements.js';

/** What receivers passed on; refusals were said to nobody. */
export const onwardFolds: readonly NamedFold[] = [
  folds(disclosureOnwardRecorded, (tx, { data }) =>
    run(
      tx,
      insertOnward({
        id: data.onwardId,
        disclosure_id: data.disclosureId,
        protocol_id: data.protocolId,
        protocol_version: data.protocolVersion,
        recipient_party: data.recipient.party ?? null,
        recipient_enterprise: data.recipient.enterpriseNumber ?? null,
        recipient_unit: data.recipient.unit ?? null,
        recipient_category: data.recipient.category,
        items: data.items,
        purpose: data.purpose,
        verdict: 'permitted',
        code: null,
        clause: data.clause,
        disclosed_at: dateOf(data.disclosedAt),
        recorded_at: dateOf(data.recordedAt),
      }),
    ),
  ),
];
