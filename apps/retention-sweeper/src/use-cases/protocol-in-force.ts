import { type EntityManager } from 'typeorm';
import { ProtocolFact } from '../db/facts.entity.js';
import { inForce } from '../domain/versions.js';

/** Protocols with an activated version whose day has come, at most 100. `$1` in epoch milliseconds. */
const protocolsToRenew = `
  SELECT protocol_id FROM protocol_fact
   WHERE upcoming <> '[]' AND EXISTS (SELECT FROM jsonb_array_elements(upcoming) AS next
                                       WHERE (next ->> 'effectiveFrom')::bigint <= $1)
   ORDER BY protocol_id LIMIT 100`;

/**
 * A protocol as it governs at `now` (epoch milliseconds); null while it is not known here. A version whose day has come is
 * brought into force on the way.
 */
export async function protocolInForce(
  manager: EntityManager,
  protocolId: string,
  now: number,
): Promise<ProtocolFact | null> {
  const protocol = await manager.findOneBy(ProtocolFact, { protocolId });
  if (protocol === null || protocol.upcoming.every(({ effectiveFrom }) => effectiveFrom > now)) return protocol;
  const locked = await manager.findOneOrFail(ProtocolFact, {
    where: { protocolId },
    lock: { mode: 'pessimistic_write' },
  });
  const renewed = inForce(locked, now);
  await manager.update(ProtocolFact, { protocolId }, renewed);
  return Object.assign(locked, renewed);
}

/** Brings into force what has come; the clocks of those protocols are then looked at again. @returns how many */
export async function renewProtocols(manager: EntityManager, now: number): Promise<number> {
  const rows: { protocol_id: string }[] = await manager.query(protocolsToRenew, [now]);
  for (const { protocol_id: id } of rows) await protocolInForce(manager, id, now);
  return rows.length;
}
