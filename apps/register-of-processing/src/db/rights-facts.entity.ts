import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person who got a reference under a protocol, and whether it still leads to them. A replica of transfer's. */
@Entity({ name: 'subject_fact' })
export class SubjectFact {
  @PrimaryColumn('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('timestamptz', { name: 'mapping_erased_at', nullable: true })
  mappingErasedAt!: Date | null;
}

/** A consent that was withdrawn. A replica of consent's. */
@Entity({ name: 'withdrawn_consent_fact' })
export class WithdrawnConsentFact {
  @PrimaryColumn('uuid', { name: 'consent_id' })
  consentId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;
}

/** A quality report after which data were corrected, supplemented or erased. A replica of transfer's. */
@Entity({ name: 'corrected_report_fact' })
export class CorrectedReportFact {
  @PrimaryColumn('uuid', { name: 'report_id' })
  reportId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;
}
