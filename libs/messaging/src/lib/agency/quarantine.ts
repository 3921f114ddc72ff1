import { createHash } from 'node:crypto';
import type { QuarantinedMessage, QuarantinePage, QuarantineQuery } from '@convenant/contracts';
import { DomainError, formatInstant, newId, type Clock, type InputFault } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusRecord } from '../bus/bus.js';
import { permanentFailureIn } from '../inbox/failure-kind.js';
import { storedMessage } from '../inbox/stored-message.js';
import { CLOCK } from '../settings.js';
import { LARGEST_VALUE } from './read-agency-message.js';
import { quarantineStatements, type QuarantineRow } from './quarantine.statements.js';

const PAGE = 50;
/** How long the bytes of a refused message are kept, by the legal clock; position, code and hash stay. */
const BYTES_KEPT_MS = 90 * 86_400_000;
// Headers and base64 of what may be as large as a command.
const LARGEST_STORED = 4 * LARGEST_VALUE;

/** Why a message has no effect and never will have: its code, the clause it comes from, what is wrong with its shape. */
export interface Refusal {
  code: string;
  clause?: string;
  faults?: readonly InputFault[];
}

/** A type that no service lists: the one refusal that HTTP does not know. */
export const TYPE_UNKNOWN: Refusal = { code: 'MESSAGE_TYPE_UNKNOWN' };

/** The refusal that an error stands for; undefined for whatever may pass, which is tried again. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (error instanceof DomainError) {
    const { code, extra, retryable } = error;
    return retryable ? undefined : { code, clause: extra.clause, faults: extra.faults };
  }
  return permanentFailureIn(error) && { code: 'DATA_REFUSED' };
}

/** Where a record of a party stands. */
export interface AgencyPosition {
  party: string;
  topic: string;
  partition: number;
}

/** Refused messages of agencies: they block nothing, and nothing of them is lost until their bytes are erased. */
@Injectable()
export class Quarantine {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Whether this very record was refused before. It stays refused when it is read again after a crash, although what it lacked
   * may have come meanwhile: whoever sent it was told so, and sends it again.
   */
  async holds({ topic, partition }: AgencyPosition, record: BusRecord): Promise<boolean> {
    const values = [topic, partition, String(record.offset), hashOf(record)];
    const rows = (await this.dataSource.query(quarantineStatements.holds, values)) as unknown[];
    return rows.length > 0;
  }

  /** Keeps a refused message. The same record again changes nothing. */
  async keep({ party, topic, partition }: AgencyPosition, record: BusRecord, refusal: Refusal): Promise<void> {
    const stored = storedMessage(record);
    await this.dataSource.query(quarantineStatements.keep, [
      newId(),
      party,
      topic,
      partition,
      String(record.offset),
      refusal.code,
      refusal.clause ?? null,
      JSON.stringify(refusal.faults ?? []),
      hashOf(record),
      stored.length > LARGEST_STORED ? null : stored,
      formatInstant(this.clock.now()),
    ]);
  }

  /** What was refused of a party, the newest first. */
  async page(party: string, { after, limit = PAGE }: QuarantineQuery): Promise<QuarantinePage> {
    const values = [party, after ?? null, limit + 1];
    const rows = (await this.dataSource.query(quarantineStatements.page, values)) as QuarantineRow[];
    const items = rows.slice(0, limit).map(viewOf);
    return { items, ...(rows.length > limit ? { next: items.at(-1)!.id } : {}) };
  }

  /** Erases bytes whose time is over. */
  async eraseOld(): Promise<void> {
    await this.dataSource.query(quarantineStatements.eraseOld, [formatInstant(this.clock.now() - BYTES_KEPT_MS)]);
  }
}

/** Of the value alone, so that whoever sent it can compute it too. */
function hashOf({ value }: BusRecord): string {
  return createHash('sha256')
    .update(value ?? Buffer.alloc(0))
    .digest('hex');
}

function viewOf(row: QuarantineRow): QuarantinedMessage {
  return {
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: row.message_offset,
    code: row.code,
    ...(row.clause === null ? {} : { clause: row.clause }),
    faults: row.faults,
    messageHash: row.message_hash,
    quarantinedAt: formatInstant(row.quarantined_at.getTime()),
  };
}
