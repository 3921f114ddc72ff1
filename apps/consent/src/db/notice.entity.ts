import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a person was told before being asked. Written once, never changed. */
@Entity({ name: 'notice' })
export class Notice {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('integer')
  version!: number;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('text', { name: 'notice_version' })
  noticeVersion!: string;

  @Column('text')
  language!: string;

  @Column('text', { name: 'information_points', array: true })
  informationPoints!: string[];

  /** Points of the protocol that were not given. */
  @Column('text', { name: 'missing_points', array: true })
  missingPoints!: string[];

  @Column('timestamptz', { name: 'provided_at' })
  providedAt!: Date;

  @Column('text')
  clause!: string;
}
