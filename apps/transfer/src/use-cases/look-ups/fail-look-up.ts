import { disclosureFailed } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { type DisclosureRow, markFailed } from '../../db/disclosure.statements.js';

/** Ends a look-up that gave its user nothing; nothing of it was kept, so nothing is erased. */
export async function failLookUp(
  tx: WriteTransaction,
  row: DisclosureRow,
  { code, clause }: { readonly code: string; readonly clause?: string },
  context: CommandContext,
): Promise<void> {
  await tx.query(markFailed(row.id, code));
  await tx.append(disclosureFailed, {
    subject: row.id,
    data: {
      disclosureId: row.id,
      protocolId: row.protocol_id,
      subjectRef: row.subject_ref,
      code,
      ...(clause ? { clause } : null),
      failedAt: formatInstant(tx.now),
    },
    context,
    protocolId: row.protocol_id,
    protocolVersion: row.protocol_version!,
    ...(clause ? { clause } : null),
  });
}
