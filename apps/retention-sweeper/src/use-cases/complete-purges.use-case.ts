import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import { purgeCompleted } from '@convenant/contracts';
import { Outbox } from '@convenant/messaging';
import { ProtocolFact } from '../db/facts.entity.js';
import { Purge } from '../db/purge.entity.js';
import { answeredPurges, countErasures } from '../db/purge.statements.js';

const BATCH = 50;

/** Closes every purge of which transfer has answered each erasure, with what came of them. */
@Injectable()
export class CompletePurges {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
  ) {}

  /** @returns how many it closed */
  async execute(): Promise<number> {
    const answered: { id: string }[] = await this.dataSource.query(answeredPurges.text, [BATCH]);
    let closed = 0;
    for (const { id } of answered) closed += await this.complete(id);
    return closed;
  }

  private complete(id: string): Promise<number> {
    return this.outbox.transaction([id], async (tx) => {
      const purge = await tx.manager.findOneByOrFail(Purge, { id });
      if (purge.state !== 'started') return 0;
      const { protocolId, party, correlationId } = purge;
      const { version } = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
      const [counts] = await tx.query<{ erased: number; held: number }>(countErasures, [[id]]);
      const { erased, held } = counts!;
      await tx.append(purgeCompleted, {
        subject: id,
        data: { purgeId: id, protocolId, party, erased, held, completedAt: formatInstant(tx.now) },
        context: { correlationId, causationId: id },
        protocolId,
        protocolVersion: version,
      });
      await tx.manager.update(Purge, { id }, { state: 'completed', endedAt: new Date(tx.now) });
      return 1;
    });
  }
}
