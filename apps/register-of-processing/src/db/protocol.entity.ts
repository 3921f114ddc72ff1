import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProtocolModel } from '@convenant/protocol';
import type { RecordedEvent } from '../domain/protocol-history.js';

/** A protocol: which two parties it binds, and what it is. Where it stands is the fold of its events. */
@Entity({ name: 'protocol' })
export class Protocol {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  sender!: string;

  @Column('uuid')
  receiver!: string;

  @Column('text')
  kind!: ProtocolModel['kind'];

  /** By which accessions name it; an amendment of a framework keeps it. */
  @Column('text')
  reference!: string;

  /** Of an accession: the framework protocol. */
  @Column('uuid', { name: 'framework_id', nullable: true })
  frameworkId!: string | null;
}

/** What happened to a protocol, in order. Only ever inserted. */
@Entity({ name: 'protocol_event' })
export class ProtocolEventRow {
  @PrimaryColumn('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @PrimaryColumn('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  @Column('text')
  type!: RecordedEvent['type'];

  @Column('jsonb')
  data!: RecordedEvent['data'];

  @Column('uuid', { name: 'fact_id', nullable: true })
  factId!: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;
}

/** How far the ending of a protocol is enforced. */
@Entity({ name: 'protocol_ending' })
export class ProtocolEnding {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  /** `aggregateversion` of the event that ended the protocol: the barrier names it. */
  @Column('integer', { name: 'caused_version' })
  causedVersion!: number;

  /** Legal time of the barrier; null while it is pending. */
  @Column('timestamptz', { name: 'enforced_at', nullable: true })
  enforcedAt!: Date | null;

  /** Real time from the commit of the command to the barrier, by this database's clock. */
  @Column('integer', { name: 'latency_ms', nullable: true })
  latencyMs!: number | null;

  /** Disclosures whose last delivery attempt may still have sent a byte. */
  @Column('uuid', { array: true })
  unconfirmed!: string[];
}
