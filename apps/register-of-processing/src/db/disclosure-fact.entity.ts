import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A disclosure that transfer authorised, as far as the register needs it: under which protocol, about whom, when, for what, to
 * whom and which way. A replica; the last four are null for disclosures that were learnt before they were kept.
 */
@Entity({ name: 'disclosure_fact' })
export class DisclosureFact {
  @PrimaryColumn('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt!: Date;

  @Column('text', { array: true })
  items!: string[];

  @Column('integer', { name: 'protocol_version', nullable: true })
  protocolVersion!: number | null;

  @Column('text', { nullable: true })
  purpose!: string | null;

  /** Of the recipient. */
  @Column('text', { nullable: true })
  category!: string | null;

  @Column('text', { nullable: true })
  route!: string | null;
}
