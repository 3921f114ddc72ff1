import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A public body that takes part, known by an id of its own. Written when it is registered. */
@Entity({ name: 'party' })
export class Party {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  /** Ten digits, check digits verified. */
  @Column('text', { name: 'enterprise_number' })
  enterpriseNumber!: string;

  /** Where one enterprise number covers many bodies. */
  @Column('text', { name: 'unit_code', nullable: true })
  unitCode!: string | null;

  @Column('text')
  issuer!: string;

  @Column('text', { name: 'jwks_uri' })
  jwksUri!: string;

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt!: Date;
}

/**
 * A functional mailbox of a party: of an office, never of a person. Verified when somebody who reads it gave back the code
 * that was mailed to it. Deleted when it is removed; the events keep that it was there.
 */
@Entity({ name: 'party_contact' })
export class PartyContact {
  @PrimaryColumn('uuid', { name: 'party_id' })
  partyId!: string;

  @PrimaryColumn('text')
  role!: 'dpo' | 'breach' | 'protocolMailbox';

  @PrimaryColumn('text')
  mailbox!: string;

  /** Made by the database: an aggregate of its own. */
  @Column('uuid')
  id!: string;

  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  @Column('timestamptz', { name: 'valid_until', nullable: true })
  validUntil!: Date | null;

  /** When it was told that the verification is over; null while it counts. */
  @Column('timestamptz', { name: 'lapsed_at', nullable: true })
  lapsedAt!: Date | null;

  /** From which, with the key of the installation, the code under way is made; null when there is none. */
  @Column('uuid', { name: 'code_nonce', nullable: true })
  codeNonce!: string | null;

  @Column('timestamptz', { name: 'code_valid_until', nullable: true })
  codeValidUntil!: Date | null;

  /** When the mail server took it. */
  @Column('timestamptz', { name: 'code_mailed_at', nullable: true })
  codeMailedAt!: Date | null;

  /** Wrong answers to the code under way. */
  @Column('smallint', { name: 'code_tries' })
  codeTries!: number;
}

/**
 * The data protection officer named when the party was registered: counts as `dpo` of the party whatever roles the token
 * has. The only place that keeps whom a `userRef` stands for.
 */
@Entity({ name: 'party_dpo' })
export class PartyDpo {
  @PrimaryColumn('uuid', { name: 'party_id' })
  partyId!: string;

  @PrimaryColumn('text', { name: 'user_ref' })
  userRef!: string;

  /** As the party's issuer knows the person. */
  @Column('text')
  sub!: string;
}

/** Whether the topics of a party are made, with its rights on them; null until then. Inserted with the party. */
@Entity({ name: 'party_topics' })
export class PartyTopics {
  @PrimaryColumn('uuid', { name: 'party_id' })
  partyId!: string;

  @Column('timestamptz', { name: 'made_at', nullable: true })
  madeAt!: Date | null;
}
