import { Inject, Injectable } from '@nestjs/common';
import { partitionFor } from '../bus/murmur2.js';
import { inboxStatements } from '../db/inbox.statements.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { partitionsOf, serviceOfTopic } from '../topics/topics.js';

interface BlockRow {
  /** Which of the asked; null for the whole partition. */
  blocks: string | null;
  topic: string;
  partition: number;
}

/** Which aggregates of other services stand still behind a dead letter: what depends on them is decided `gap`. */
@Injectable()
export class Blocks {
  constructor(@Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings) {}

  /** True when facts of the aggregate may be missing here: it is blocked itself, by its key, or with its whole partition. */
  async isBlocked(tx: Pick<WriteTransaction, 'query'>, subject: string): Promise<boolean> {
    return (await this.among(tx, [subject])).has(subject);
  }

  /** Those of the aggregates that are blocked. */
  async among(tx: Pick<WriteTransaction, 'query'>, subjects: readonly string[]): Promise<ReadonlySet<string>> {
    const blocked = new Set<string>();
    if (subjects.length === 0) return blocked;
    const blocks = await tx.query<BlockRow>(inboxStatements.blocksOf, [subjects]);
    for (const { blocks: subject, topic, partition } of blocks) {
      if (subject !== null) {
        blocked.add(subject);
        continue;
      }
      const partitions = partitionsOf(serviceOfTopic(this.settings.installation, topic));
      for (const other of subjects) if (partitionFor(other, partitions) === partition) blocked.add(other);
    }
    return blocked;
  }
}
