import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One mail to one officer's mailbox, or the note that there was none to write to. Inserted with what it tells; changed by
 * whoever sends it, and when a mailbox is verified.
 */
@Entity({ name: 'officer_mail' })
export class OfficerMail {
  /** Makes the Message-ID. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'party_id' })
  partyId!: string;

  @Column('text')
  topic!: string;

  @Column('text')
  phase!: 'raised' | 'resolved';

  /** The alert, notice, entry, contact or request that it is about. */
  @Column('uuid')
  reference!: string;

  /** Null while no mailbox of the officer is verified. */
  @Column('text', { nullable: true })
  mailbox!: string | null;

  @Column('text')
  subject!: string;

  @Column('text')
  body!: string;

  @Column('timestamptz', { name: 'written_at' })
  writtenAt!: Date;

  @Column('text')
  state!: 'due' | 'sent' | 'failed' | 'noContact';
}
