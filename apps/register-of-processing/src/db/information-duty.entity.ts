import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { InformationDutyView } from '@convenant/contracts';

/** That the receiver informs a person of one disclosure it obtained: inserted when it arrived, changed until it is done. */
@Entity({ name: 'information_duty' })
export class InformationDuty {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  /** The receiving party, which owes the notice. */
  @Column('uuid')
  party!: string;

  @Column('text')
  state!: InformationDutyView['state'];

  @Column('timestamptz', { name: 'obtained_at' })
  obtainedAt!: Date;

  @Column('timestamptz', { name: 'first_communication_at', nullable: true })
  firstCommunicationAt!: Date | null;

  @Column('timestamptz', { name: 'onward_disclosure_at', nullable: true })
  onwardDisclosureAt!: Date | null;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('text', { name: 'due_because' })
  dueBecause!: InformationDutyView['dueBecause'];

  /** The date of which it was told that it has passed. */
  @Column('timestamptz', { name: 'alerted_due_at', nullable: true })
  alertedDueAt!: Date | null;

  @Column('text', { nullable: true })
  means!: NonNullable<InformationDutyView['means']> | null;

  @Column('text', { name: 'notice_version', nullable: true })
  noticeVersion!: string | null;

  @Column('timestamptz', { name: 'informed_at', nullable: true })
  informedAt!: Date | null;

  @Column('text', { nullable: true })
  exemption!: NonNullable<InformationDutyView['exemption']> | null;

  @Column('text', { nullable: true })
  basis!: string | null;

  @Column('boolean', { nullable: true })
  late!: boolean | null;
}
