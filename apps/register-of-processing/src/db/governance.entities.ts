import { Column, Entity, PrimaryColumn } from 'typeorm';
import type {
  AlertView,
  EvidenceView,
  LawChangeView,
  ListedProcessor,
  ProcessorView,
  PublicationView,
} from '@convenant/contracts';
import type { ProcessorParticulars } from '../domain/governance/processor-standing.js';

/** A public file of a version. Inserted when it is first asked for, never changed. */
@Entity({ name: 'publication_file' })
export class PublicationFile {
  @PrimaryColumn('uuid', { name: 'protocol_id' }) protocolId!: string;
  @PrimaryColumn('integer') version!: number;
  @PrimaryColumn('text') name!: string;
  @Column('text', { name: 'media_type' }) mediaType!: string;
  @Column('text', { name: 'content_hash' }) contentHash!: string;
  @Column('bytea') bytes!: Buffer;
}

/** Where a party publishes a version. Changed by each look at the address, and when another one takes its place. */
@Entity({ name: 'publication' })
export class Publication {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('integer') version!: number;
  @Column('uuid') party!: string;
  @Column('text') url!: string;
  @Column('text') state!: PublicationView['state'];
  @Column('text', { nullable: true }) file!: string | null;
  @Column('text', { name: 'content_hash', nullable: true }) contentHash!: string | null;
  /** When the address last held the file. */
  @Column('timestamptz', { name: 'observed_at', nullable: true }) observedAt!: Date | null;
  @Column('timestamptz', { name: 'lapsed_at', nullable: true }) lapsedAt!: Date | null;
  @Column('timestamptz', { name: 'last_checked_at', nullable: true }) lastCheckedAt!: Date | null;
  @Column('text', { nullable: true }) cause!: string | null;
  /** Looks in a row that did not find the file. */
  @Column('integer') failures!: number;
  /** Null when nobody looks any more. */
  @Column('timestamptz', { name: 'next_check_at', nullable: true }) nextCheckAt!: Date | null;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
}

/** A document of the parties, by its hash. Inserted once; the bytes are read only to be downloaded. */
@Entity({ name: 'document' })
export class Document {
  @PrimaryColumn('uuid', { name: 'protocol_id' }) protocolId!: string;
  @PrimaryColumn('text', { name: 'document_hash' }) documentHash!: string;
  @Column('uuid') party!: string;
  @Column('text') title!: string;
  @Column('text', { name: 'media_type' }) mediaType!: 'application/pdf' | 'image/png' | 'image/jpeg' | 'text/plain';
  @Column('bytea', { select: false }) bytes!: Buffer;
  @Column('timestamptz', { name: 'uploaded_at' }) uploadedAt!: Date;
}

/** A processor that a party uses under a protocol. Changed by its party, and when it becomes blocked or allowed. */
@Entity({ name: 'processor' })
export class Processor {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('uuid') party!: string;
  @Column('text') kind!: ProcessorView['kind'];
  @Column('text') name!: string;
  @Column('text', { name: 'enterprise_number', nullable: true }) enterpriseNumber!: string | null;
  @Column('uuid', { nullable: true }) under!: string | null;
  @Column('jsonb') particulars!: ProcessorParticulars;
  @Column('text', { nullable: true }) clause!: string | null;
  /** As last told. */
  @Column('boolean') blocked!: boolean;
  @Column('timestamptz', { name: 'added_at' }) addedAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
}

/** A list of processors that a party shared. Changed once, when the other party acknowledges it. */
@Entity({ name: 'processor_list' })
export class ProcessorList {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('uuid') party!: string;
  @Column('integer', { name: 'list_version' }) listVersion!: number;
  @Column('jsonb') processors!: ListedProcessor[];
  @Column('text', { name: 'list_hash' }) listHash!: string;
  @Column('timestamptz', { name: 'shared_at' }) sharedAt!: Date;
  @Column('timestamptz', { name: 'acknowledged_at', nullable: true }) acknowledgedAt!: Date | null;
}

/** A change of the law that one party told. Changed once, by the review of the other. */
@Entity({ name: 'law_change' })
export class LawChange {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('uuid') party!: string;
  @Column('text') instrument!: string;
  @Column('date', { name: 'in_force_on' }) inForceOn!: string;
  @Column('text', { array: true }) impact!: LawChangeView['impact'];
  @Column('text', { name: 'document_hash', nullable: true }) documentHash!: string | null;
  @Column('text', { nullable: true }) clause!: string | null;
  @Column('timestamptz', { name: 'notified_at' }) notifiedAt!: Date;
  @Column('timestamptz', { name: 'review_by' }) reviewBy!: Date;
  @Column('text', { nullable: true }) outcome!: NonNullable<LawChangeView['review']>['outcome'] | null;
  @Column('text', { name: 'review_impact', array: true, nullable: true }) reviewImpact!: LawChangeView['impact'] | null;
  @Column('text', { name: 'review_document_hash', nullable: true }) reviewDocumentHash!: string | null;
  @Column('timestamptz', { name: 'reviewed_at', nullable: true }) reviewedAt!: Date | null;
}

/** A document that shows a measure of the protocol. Only ever inserted. */
@Entity({ name: 'evidence' })
export class Evidence {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('uuid') party!: string;
  @Column('text') measure!: string;
  @Column('text') clause!: string;
  @Column('text', { name: 'document_hash' }) documentHash!: string;
  @Column('date', { name: 'as_of' }) asOf!: EvidenceView['asOf'];
  @Column('timestamptz', { name: 'valid_until' }) validUntil!: Date;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
}

/** A request of one party that the other one proves its measures. Changed once, by the delivery. */
@Entity({ name: 'evidence_request' })
export class EvidenceRequest {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('uuid') party!: string;
  @Column('uuid', { name: 'of_party' }) ofParty!: string;
  @Column('text', { array: true }) measures!: string[];
  @Column('text', { nullable: true }) clause!: string | null;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
  @Column('timestamptz', { name: 'answer_by' }) answerBy!: Date;
  @Column('uuid', { array: true, nullable: true }) evidence!: string[] | null;
  @Column('timestamptz', { name: 'delivered_at', nullable: true }) deliveredAt!: Date | null;
}

/** Something that is amiss. Inserted when it is found, changed once when it is no more. */
@Entity({ name: 'alert' })
export class Alert {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'protocol_id' }) protocolId!: string;
  @Column('uuid') party!: string;
  @Column('text') code!: AlertView['code'];
  @Column('text', { nullable: true }) about!: string | null;
  @Column('text', { nullable: true }) clause!: string | null;
  @Column('timestamptz') since!: Date;
  @Column('timestamptz', { name: 'raised_at' }) raisedAt!: Date;
  @Column('timestamptz', { name: 'cleared_at', nullable: true }) clearedAt!: Date | null;
}

/** When somebody looks at the governance of a protocol next. Changed by each look, and by what changes something. */
@Entity({ name: 'governance_look' })
export class GovernanceLook {
  @PrimaryColumn('uuid', { name: 'protocol_id' }) protocolId!: string;
  /** Version of the protocol's last event that was taken into account. */
  @Column('integer', { name: 'seen_version' }) seenVersion!: number;
  @Column('timestamptz', { name: 'next_look_at' }) nextLookAt!: Date;
}

export const governanceEntities = [
  PublicationFile,
  Publication,
  Document,
  Processor,
  ProcessorList,
  LawChange,
  Evidence,
  EvidenceRequest,
  Alert,
  GovernanceLook,
];
