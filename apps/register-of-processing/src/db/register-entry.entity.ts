import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntryContent, EntryMismatch } from '@convenant/contracts';

/**
 * An entry of the register of processing activities as it stands: of a party as controller under a protocol, or of one who
 * processes for it. Inserted when it first follows from the protocol, changed with each version of it.
 */
@Entity({ name: 'register_entry' })
export class RegisterEntry {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('uuid')
  party!: string;

  /** Whose record it is, by name; null for the party's own. */
  @Column('text', { nullable: true })
  processor!: string | null;

  @Column('integer')
  version!: number;

  @Column('jsonb')
  content!: EntryContent;

  @Column('text', { name: 'content_hash' })
  contentHash!: string;

  @Column('timestamptz', { name: 'versioned_at' })
  versionedAt!: Date;

  /** As last told; of the party's own entry only. */
  @Column('jsonb')
  mismatches!: EntryMismatch[];
}

/** What an entry said, version by version. Only ever inserted. */
@Entity({ name: 'register_entry_version' })
export class RegisterEntryVersion {
  @PrimaryColumn('uuid', { name: 'entry_id' })
  entryId!: string;

  @PrimaryColumn('integer')
  version!: number;

  @Column('jsonb')
  content!: EntryContent;

  @Column('text', { name: 'content_hash' })
  contentHash!: string;

  @Column('timestamptz', { name: 'versioned_at' })
  versionedAt!: Date;
}

/** When the entries of a protocol are generated again, and up to which of its events they were. */
@Entity({ name: 'register_entry_look' })
export class RegisterEntryLook {
  @PrimaryColumn('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('integer', { name: 'seen_version' })
  seenVersion!: number;

  @Column('timestamptz', { name: 'next_look_at' })
  nextLookAt!: Date;
}

/** Which items of a disclosure were erased. A replica of transfer's. */
@Entity({ name: 'erasure_fact' })
export class ErasureFact {
  @PrimaryColumn('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('text', { array: true })
  items!: string[];
}
