import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DisputeView } from '@convenant/contracts';

/** A dispute between the two parties of a protocol. Inserted when it is opened, changed once when it is closed. */
@Entity({ name: 'dispute' })
export class Dispute {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  /** Version of the text that was in force. */
  @Column('integer')
  version!: number;

  @Column('uuid', { name: 'opened_by' })
  openedBy!: string;

  @Column('uuid', { name: 'disclosure_id', nullable: true })
  disclosureId!: string | null;

  @Column('uuid', { name: 'subject_ref', nullable: true })
  subjectRef!: string | null;

  @Column('text')
  ground!: DisputeView['ground'];

  @Column('text', { nullable: true })
  law!: string | null;

  @Column('text', { nullable: true })
  court!: string | null;

  @Column('text', { nullable: true })
  clause!: string | null;

  @Column('text', { name: 'writing_hash', nullable: true })
  writingHash!: string | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('uuid', { name: 'closed_by', nullable: true })
  closedBy!: string | null;

  @Column('text', { nullable: true })
  outcome!: 'settled' | 'judged' | 'withdrawn' | null;

  @Column('text', { name: 'document_hash', nullable: true })
  documentHash!: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;
}
