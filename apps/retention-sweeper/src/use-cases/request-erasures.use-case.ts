import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import { erasureRequested } from '@convenant/contracts';
import { Outbox } from '@convenant/messaging';
import { keepHeld, markRequested, plannedErasures, type ErasureToRequest } from '../db/purge.statements.js';

/** Erasures asked for in one transaction: each locks an aggregate, and a long transaction would stall the relays. */
const BATCH = 200;

/**
 * Asks transfer for the erasures of the purges under way, in bounded batches; each once, also over a crash. What a hold covers
 * that was placed after its purge began is not asked for.
 */
@Injectable()
export class RequestErasures {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
  ) {}

  /** @returns how many it dealt with; 0 when none was left */
  async execute(): Promise<number> {
    const planned: { id: string }[] = await this.dataSource.query(plannedErasures.text, [BATCH]);
    if (planned.length === 0) return 0;
    const ids = planned.map(({ id }) => id);
    return this.outbox.transaction(ids, async (tx) => {
      const kept = await tx.query(keepHeld, [ids]);
      const erasures = await tx.query<ErasureToRequest>(markRequested, [ids]);
      for (const erasure of erasures) {
        const { id, purge_id: purgeId, protocol_id: protocolId, clause } = erasure;
        await tx.append(erasureRequested, {
          subject: id,
          data: {
            erasureId: id,
            purgeId,
            disclosureId: erasure.disclosure_id,
            protocolId,
            subjectRef: erasure.subject_ref,
            items: erasure.items,
            rule: erasure.rule,
            reason: erasure.reason,
            ...(erasure.request_id === null ? {} : { requestId: erasure.request_id, byParty: erasure.by_party! }),
            dueAt: formatInstant(erasure.due_at.getTime()),
            clause,
          },
          context: { correlationId: erasure.correlation_id, causationId: purgeId },
          protocolId,
          protocolVersion: erasure.protocol_version,
          clause,
        });
      }
      return kept.length + erasures.length;
    });
  }
}
