import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RetentionTrigger } from '@convenant/protocol';
import type { RetentionGapKind } from '../domain/gap-cause.js';

export type ClockPhase = 'running' | 'due' | 'erasing' | 'erased';

/** The clock of one delivered disclosure: what the rules said when it was last looked at, and how far its erasure is. */
@Entity({ name: 'retention_clock' })
export class RetentionClock {
  @PrimaryColumn('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('text')
  state!: ClockPhase;

  /** Revision of the protocol that it was last looked at with; 0 for a clock that has not started. */
  @Column('integer', { name: 'assessed_revision' })
  assessedRevision!: number;

  @Column('text', { nullable: true })
  rule!: string | null;

  @Column('text', { nullable: true })
  clause!: string | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { name: 'ceiling_at', nullable: true })
  ceilingAt!: Date | null;

  @Column('text', { nullable: true })
  gap!: RetentionGapKind | null;

  /** `declined`, `period-over`; null while it is not due. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'alerted_ceiling_at', nullable: true })
  alertedCeilingAt!: Date | null;

  /** When time alone changes something next. */
  @Column('timestamptz', { name: 'next_look_at', nullable: true })
  nextLookAt!: Date | null;

  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;
}

/** Something that happened to the client, in the order of `position`. Written once, never changed. */
@Entity({ name: 'retention_trigger' })
export class RecordedTrigger {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('integer')
  position!: number;

  @Column('text')
  kind!: RetentionTrigger;

  /** Of a contact outcome: does the client want help. */
  @Column('boolean', { nullable: true })
  wanted!: boolean | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;

  /** The `userRef` of who reported it; null for a delivery. */
  @Column('text', { name: 'recorded_by', nullable: true })
  recordedBy!: string | null;
}
