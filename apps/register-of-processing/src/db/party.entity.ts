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

/** A functional mailbox of a party: of an office, never of a person. */
@Entity({ name: 'party_contact' })
export class PartyContact {
  @PrimaryColumn('uuid', { name: 'party_id' })
  partyId!: string;

  @PrimaryColumn('text')
  role!: 'dpo' | 'breach' | 'protocolMailbox';

  @PrimaryColumn('text')
  mailbox!: string;
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
