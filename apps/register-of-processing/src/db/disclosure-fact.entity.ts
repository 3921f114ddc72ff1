import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A disclosure that transfer authorised, as far as the register needs it: under which protocol, about whom, when. A replica. */
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
}
