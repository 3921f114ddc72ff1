import type { FactService } from '@convenant/contracts';
import type { Replicas } from '@convenant/messaging';

/**
 * What an app keeps of other services' facts, for a replay: whole tables that nothing but the projections of that service's
 * events writes, those that refer to others first. The trusted issuers, which every service but the register keeps, are added.
 */
export function replicaTables(tables: Partial<Record<FactService, readonly string[]>>): Replicas {
  return {
    async clear(tx, service) {
      const kept = tables[service] ?? [];
      for (const table of service === 'register' ? [...kept, 'trusted_issuer'] : kept) {
        await tx.query(`DELETE FROM ${table}`);
      }
    },
  };
}
