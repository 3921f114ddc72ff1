import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A disclosure whose values go before their term, because the person asked for it and it was granted. Written once. */
@Entity({ name: 'early_erasure' })
export class EarlyErasure {
  @PrimaryColumn('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  /** The party that granted it. */
  @Column('uuid')
  party!: string;

  @Column('timestamptz', { name: 'granted_at' })
  grantedAt!: Date;
}
