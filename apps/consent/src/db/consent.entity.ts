import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One expression of will of one person: what was asked, what was answered, and whether it was withdrawn. Together with its
 * notice and its withdrawal it holds the fields of an ISO/IEC TS 27560 consent record.
 */
@Entity({ name: 'consent' })
export class Consent {
  @PrimaryColumn('uuid')
  id!: string;

  /** The `aggregateversion` of the last event; what a caller passes on as `seen`. */
  @Column('integer')
  version!: number;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('integer', { name: 'protocol_version' })
  protocolVersion!: number;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('uuid', { name: 'notice_id' })
  noticeId!: string;

  @Column('text')
  state!: 'given' | 'refused' | 'withdrawn';

  @Column('text')
  purpose!: string;

  @Column('text', { array: true })
  items!: string[];

  @Column('uuid', { name: 'recipient_party' })
  recipientParty!: string;

  @Column('text', { name: 'recipient_unit' })
  recipientUnit!: string;

  @Column('text', { name: 'recipient_category' })
  recipientCategory!: string;

  /** TS 27560 `collection_method`: `oral`, `written`, `electronic`. */
  @Column('text')
  method!: string;

  /** TS 27560 `event_time`. */
  @Column('timestamptz', { name: 'event_time' })
  eventTime!: Date;

  /** TS 27560 `validity_duration`, as a number of uses; null when the protocol sets none. */
  @Column('integer', { nullable: true })
  occurrences!: number | null;

  /** TS 27560 `validity_duration`, as an end; null when there is none. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** TS 27560 `lawful_basis`: whether consent is the ground itself or a condition that the law adds. */
  @Column('text', { name: 'lawful_basis' })
  lawfulBasis!: string;

  /** TS 27560 `pii_controller`: the sending party. */
  @Column('uuid')
  controller!: string;

  /** TS 27560 `entity_id`: the `userRef` of who entered it. */
  @Column('text', { name: 'entered_by' })
  enteredBy!: string;

  @Column('text')
  clause!: string;

  @Column('uuid', { name: 'withdrawal_id', nullable: true })
  withdrawalId!: string | null;
}
