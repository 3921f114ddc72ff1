import { formatInstant, type Clock } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { TopicPartition } from '../bus/bus.js';
import { lossStatements } from '../db/inbox.statements.js';
import { CLOCK } from '../settings.js';

/** What an operator does about records that left the log before this service had read them. */
@Injectable()
export class Losses {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Lets the partition go on behind the lost records; the loss stays on record. @returns false when there was none to skip */
  skip({ topic, partition }: TopicPartition): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const at = formatInstant(this.clock.now());
      const [losses] = (await manager.query(lossStatements.skip, [topic, partition, at])) as [
        { to_offset: string }[],
        number,
      ];
      const next = losses
        .map((loss) => BigInt(loss.to_offset))
        .sort((a, b) => (a < b ? -1 : 1))
        .at(-1);
      if (next === undefined) return false;
      await manager.query(lossStatements.moveTo, [topic, partition, String(next)]);
      return true;
    });
  }
}
