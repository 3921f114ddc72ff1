import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A reference that transfer gave to a person under a protocol; who it is, this service never knows. */
@Entity({ name: 'subject_fact' })
export class SubjectFact {
  @PrimaryColumn('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  /** The party that registered the person. */
  @Column('uuid')
  party!: string;
}
