import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One act of withdrawing, over one consent or all of a person under a protocol. */
@Entity({ name: 'withdrawal' })
export class Withdrawal {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  /** Legal time (`Clock`). */
  @Column('timestamptz', { name: 'withdrawn_at' })
  withdrawnAt!: Date;

  /** TS 27560 `entity_id` of the event: the `userRef` of who entered it. */
  @Column('text', { name: 'entered_by' })
  enteredBy!: string;
}

/** A consent within a withdrawal, with the outcome of its barrier. */
@Entity({ name: 'withdrawn_consent' })
export class WithdrawnConsentRow {
  @PrimaryColumn('uuid', { name: 'consent_id' })
  consentId!: string;

  @Column('uuid', { name: 'withdrawal_id' })
  withdrawalId!: string;

  /** How the person withdrew; the way in which the consent was given, unless said otherwise. */
  @Column('text')
  method!: string;

  /** `aggregateversion` of its `consent.withdrawn`: the barrier names it. */
  @Column('integer', { name: 'caused_version' })
  causedVersion!: number;

  /** Legal time of the barrier; null while it is pending. */
  @Column('timestamptz', { name: 'enforced_at', nullable: true })
  enforcedAt!: Date | null;

  /** Real time between the withdrawal's commit and the barrier, by this database's clock. */
  @Column('integer', { name: 'latency_ms', nullable: true })
  latencyMs!: number | null;

  /** Disclosures whose last delivery attempt may still have sent a byte. */
  @Column('uuid', { array: true })
  unconfirmed!: string[];
}
