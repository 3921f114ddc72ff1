import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PurgeView } from '@convenant/contracts';

/** One purge of one protocol: what was planned, by whom it was approved, how it ended. */
@Entity({ name: 'purge' })
export class Purge {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  /** The receiving party, on whose behalf the vault holds the values. */
  @Column('uuid')
  party!: string;

  @Column('text')
  origin!: PurgeView['origin'];

  @Column('text')
  state!: PurgeView['state'];

  @Column('text', { name: 'set_hash' })
  setHash!: string;

  @Column('integer')
  size!: number;

  @Column('jsonb')
  counts!: PurgeView['counts'];

  @Column('integer')
  held!: number;

  @Column('integer')
  gaps!: number;

  @Column('integer')
  later!: number;

  /** A `userRef`, or `schedule`; null until it is approved. */
  @Column('text', { name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  /** Of the command or run that started it; its erasures carry it on. */
  @Column('text', { name: 'correlation_id' })
  correlationId!: string;

  @Column('text', { nullable: true })
  cause!: string | null;

  @Column('text', { nullable: true })
  clause!: string | null;

  @Column('timestamptz', { name: 'planned_at' })
  plannedAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}

/** One request to erase the values of one disclosure, and what came of it. */
@Entity({ name: 'erasure' })
export class Erasure {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'purge_id' })
  purgeId!: string;

  @Column('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('text')
  rule!: string;

  @Column('text')
  clause!: string;

  @Column('text')
  reason!: string;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('text')
  state!: 'planned' | 'requested' | 'erased' | 'held';

  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;

  @Column('timestamptz', { name: 'horizon_at', nullable: true })
  horizonAt!: Date | null;

  /** When the receiver declared its own systems clean. */
  @Column('timestamptz', { name: 'declared_at', nullable: true })
  declaredAt!: Date | null;
}
