import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A hold: a protocol, one person under it, or one disclosure, that may not be erased. */
@Entity({ name: 'hold' })
export class Hold {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid')
  party!: string;

  @Column('uuid', { name: 'disclosure_id', nullable: true })
  disclosureId!: string | null;

  @Column('uuid', { name: 'subject_ref', nullable: true })
  subjectRef!: string | null;

  /** An office or a court, never a natural person. */
  @Column('text')
  authority!: string;

  @Column('text')
  reason!: string;

  /** The dispute it stands and falls with; null for one that a person placed. */
  @Column('uuid', { name: 'dispute_id', nullable: true })
  disputeId!: string | null;

  /** The restriction it stands and falls with. */
  @Column('uuid', { name: 'restriction_id', nullable: true })
  restrictionId!: string | null;

  @Column('timestamptz', { name: 'placed_at' })
  placedAt!: Date;

  /** `aggregateversion` of its `hold.placed`: the barrier names it. */
  @Column('integer', { name: 'placed_version' })
  placedVersion!: number;

  @Column('timestamptz', { name: 'enforced_at', nullable: true })
  enforcedAt!: Date | null;

  /** Real time between the commit of the hold and its barrier, by this database's clock. */
  @Column('integer', { name: 'latency_ms', nullable: true })
  latencyMs!: number | null;

  @Column('timestamptz', { name: 'released_at', nullable: true })
  releasedAt!: Date | null;
}
