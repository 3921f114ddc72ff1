import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RightsRequestView } from '@convenant/contracts';
import type { ReminderStage } from '@convenant/protocol';

/** What a data subject asked of a party: inserted when it comes in, changed by extension, decision, barrier and reminders. */
@Entity({ name: 'rights_request' })
export class RightsRequest {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  party!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  /** Null for a person to whom no reference leads any more. */
  @Column('uuid', { name: 'subject_ref', nullable: true })
  subjectRef!: string | null;

  @Column('text', { name: 'right_asked' })
  right!: RightsRequestView['right'];

  @Column('uuid', { name: 'consent_id', nullable: true })
  consentId!: string | null;

  @Column('text')
  channel!: RightsRequestView['channel'];

  @Column('text', { name: 'identity_check', nullable: true })
  identityCheck!: NonNullable<RightsRequestView['identityCheck']> | null;

  @Column('text')
  state!: RightsRequestView['state'];

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('timestamptz', { name: 'cautious_due_at' })
  cautiousDueAt!: Date;

  @Column('timestamptz', { name: 'regulation_due_at' })
  regulationDueAt!: Date;

  @Column('text', { name: 'extension_reasons', array: true })
  extensionReasons!: NonNullable<RightsRequestView['extension']>['reasons'];

  @Column('timestamptz', { name: 'extended_at', nullable: true })
  extendedAt!: Date | null;

  @Column('text', { array: true })
  reasons!: RightsRequestView['reasons'];

  @Column('text', { name: 'evidence_hash', nullable: true })
  evidenceHash!: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('boolean', { nullable: true })
  late!: boolean | null;

  @Column('uuid', { name: 'restriction_id', nullable: true })
  restrictionId!: string | null;

  @Column('text', { name: 'restriction_ground', nullable: true })
  restrictionGround!: NonNullable<RightsRequestView['restriction']>['ground'] | null;

  @Column('text', { name: 'erasure_ground', nullable: true })
  erasureGround!: NonNullable<RightsRequestView['erasure']>['ground'] | null;

  @Column('uuid', { name: 'disclosure_ids', array: true })
  disclosureIds!: string[];

  @Column('uuid', { name: 'quality_reports', array: true })
  qualityReports!: string[];

  /** Version of the event that a barrier of transfer stands for; null where nothing is stopped. */
  @Column('integer', { name: 'caused_version', nullable: true })
  causedVersion!: number | null;

  @Column('timestamptz', { name: 'enforced_at', nullable: true })
  enforcedAt!: Date | null;

  @Column('integer', { name: 'latency_ms', nullable: true })
  latencyMs!: number | null;

  @Column('uuid', { array: true })
  unconfirmed!: string[];

  /** When an objection was refused, or a restriction ended. */
  @Column('timestamptz', { name: 'lifted_at', nullable: true })
  liftedAt!: Date | null;

  @Column('text', { nullable: true })
  reminded!: ReminderStage | null;

  /** When the calendar looks at it next; null once it is decided or nothing more can become due. */
  @Column('timestamptz', { name: 'next_look_at', nullable: true })
  nextLookAt!: Date | null;
}
