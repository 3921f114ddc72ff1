import { setTimeout as delay } from 'node:timers/promises';
import { consentWithdrawn } from '@convenant/contracts';
import { newId } from '@convenant/kernel';

/**
 * Appends withdrawals to the outbox as a use case does: locks, versions, schema check, one transaction.
 * @param {import('@convenant/messaging').Outbox} outbox
 * @param {{ count: number, perTransaction: number, perSecond?: number, atOnce?: number }} plan `perSecond`: events;
 *   without it as fast as it goes, `atOnce` transactions side by side
 * @returns {Promise<[id: string, committedAt: string][]>} when each event's commit had returned, nanoseconds (monotonic);
 *   only with `perSecond`
 */
export async function write(outbox, { count, perTransaction, perSecond, atOnce = 1 }) {
  /** @type {[string, string][]} */
  const committed = [];
  const transaction = async () => {
    const subjects = Array.from({ length: perTransaction }, () => newId());
    const ids = await outbox.transaction(subjects, async (tx) => {
      const appended = [];
      for (const subject of subjects) appended.push(await tx.append(consentWithdrawn, withdrawalOf(subject)));
      return appended.map(({ id }) => id);
    });
    if (perSecond) for (const id of ids) committed.push([id, String(process.hrtime.bigint())]);
  };
  if (perSecond) {
    const start = performance.now();
    for (let done = 0; done < count; done += perTransaction) {
      await delay(Math.max(0, start + (done / perSecond) * 1_000 - performance.now()));
      await transaction();
    }
    return committed;
  }
  let left = Math.ceil(count / perTransaction);
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await transaction();
    }),
  );
  return committed;
}

/** @param {string} subject */
function withdrawalOf(subject) {
  const [protocolId, actorParty] = [newId(), newId()];
  return {
    subject,
    data: /** @type {const} */ ({
      consentId: subject,
      subjectRef: newId(),
      protocolId,
      withdrawalId: newId(),
      method: 'oral',
      withdrawnAt: '2026-03-02T09:00:00.000Z',
      clause: 'OG-8',
    }),
    context: {
      correlationId: newId(),
      causationId: newId(),
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`,
      actorParty,
      actorRef: 'u_0123456789abcdef',
    },
    protocolId,
    protocolVersion: 1,
    clause: 'OG-8',
  };
}
