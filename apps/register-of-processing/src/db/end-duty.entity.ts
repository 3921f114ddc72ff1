import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A duty that an ended protocol left behind and that a party has said to be done. Only ever inserted. */
@Entity({ name: 'protocol_end_duty' })
export class EndDuty {
  @PrimaryColumn('uuid', { name: 'ending_id' })
  endingId!: string;

  @PrimaryColumn('text')
  duty!: string;

  @Column('uuid')
  party!: string;

  @Column('text', { name: 'evidence_hash', nullable: true })
  evidenceHash!: string | null;

  @Column('timestamptz', { name: 'completed_at' })
  completedAt!: Date;
}
