import { Inject, Injectable } from '@nestjs/common';
import { partitionFor } from '../bus/murmur2.js';
import { inboxStatements } from '../db/inbox.statements.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { partitionsOf, serviceOfTopic } from '../topics/topics.js';

/** Which aggregates of other services stand still behind a dead letter: what depends on them is decided `gap`. */
@Injectable()
export class Blocks {
  constructor(@Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings) {}

  /** True when facts of the aggregate may be missing here: it is blocked itself, by its key, or with its whole partition. */
  async isBlocked(tx: Pick<WriteTransaction, 'query'>, subject: string): Promise<boolean> {
    const blocks = await tx.query<{ scope: string; topic: string; partition: number }>(inboxStatements.blocksOf, [
      subject,
    ]);
    return blocks.some(
      ({ scope, topic, partition }) =>
        scope !== 'partition' ||
        partitionFor(subject, partitionsOf(serviceOfTopic(this.settings.installation, topic))) === partition,
    );
  }
}
