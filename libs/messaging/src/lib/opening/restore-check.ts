import type { FactService } from '@convenant/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusReader, BusRecord } from '../bus/bus.js';
import { openingStatements } from '../db/opening.statements.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { topicOf } from '../topics/topics.js';
import { sentenceOf } from './closed.js';
import { ownRecord, type OwnRecord } from './own-record.js';

/** DI token of what makes a `BusReader` for the service's own topic. */
export const TOPIC_READER = Symbol('TOPIC_READER');

// A relay that woke up late may have put one page of doubles behind the last first occurrence of a partition.
const TAIL = 1_000n;

/**
 * Compares the database with the topic it has written, at each start of a relay. A database that lacks what the topic has was
 * restored from before (a backup, a standby that lagged): its next events would take numbers that others have, and every
 * consumer would drop them.
 */
@Injectable()
export class RestoreCheck {
  private readonly log = new Logger('relay');
  private readonly topic: string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(TOPIC_READER) private readonly makeReader: () => BusReader,
  ) {
    this.topic = topicOf(settings.installation, settings.service as FactService);
  }

  /** Opens the service or closes it, for the relay with this epoch. @returns whether it is open */
  async passes(epoch: string): Promise<boolean> {
    const because = (await this.isOnAnotherCluster()) ? 'cluster' : (await this.isBehind()) ? 'behind' : undefined;
    if (because) {
      this.log.error(sentenceOf(because));
      await this.dataSource.query(openingStatements.close, [epoch, because]);
    } else {
      await this.dataSource.query(openingStatements.open, [epoch]);
    }
    return because === undefined;
  }

  private async isOnAnotherCluster(): Promise<boolean> {
    const [row] = (await this.dataSource.query(openingStatements.cluster)) as { now: string; first: string | null }[];
    return row!.first !== null && row!.first !== row!.now;
  }

  private async isBehind(): Promise<boolean> {
    const reader = this.makeReader();
    try {
      await reader.connect(this.topic);
      for (const [partition, { start, end }] of await reader.bounds()) {
        const last = await this.lastOf(reader, partition, end - start > TAIL ? end - TAIL : start, end);
        if (last && (await this.lacks(last))) return true;
      }
      return false;
    } finally {
      await reader.disconnect();
    }
  }

  /** The record with the highest sequence. */
  private async lastOf(
    reader: BusReader,
    partition: number,
    from: bigint,
    end: bigint,
  ): Promise<OwnRecord | undefined> {
    let last: OwnRecord | undefined;
    for (let next = from; next < end;) {
      const records: BusRecord[] = await reader.read(partition, next);
      for (const record of records) {
        const own = ownRecord(record, this.settings);
        if (own && (!last || own.sequence > last.sequence)) last = own;
      }
      if (records.length === 0) break;
      next = records.at(-1)!.offset + 1n;
    }
    return last;
  }

  private async lacks({ id, subject, aggregateVersion, sequence }: OwnRecord): Promise<boolean> {
    const place = await this.placeOf(subject, aggregateVersion);
    if (place) return place.event_id !== id || Number(place.sequence) !== sequence;
    return sequence >= (await this.oldestSequence());
  }

  /** Rows before this one have been purged and cannot be compared. */
  private async oldestSequence(): Promise<number> {
    const [oldest] = (await this.dataSource.query(openingStatements.oldest)) as {
      subject: string;
      aggregate_version: string;
    }[];
    if (oldest) return Number((await this.placeOf(oldest.subject, Number(oldest.aggregate_version)))!.sequence);
    const [cursor] = (await this.dataSource.query(openingStatements.cursor)) as { sequence: string }[];
    return Number(cursor!.sequence) + 1;
  }

  private async placeOf(subject: string, version: number): Promise<{ event_id: string; sequence: string } | undefined> {
    const rows = await this.dataSource.query(openingStatements.place, [subject, version]);
    return (rows as { event_id: string; sequence: string }[])[0];
  }
}
