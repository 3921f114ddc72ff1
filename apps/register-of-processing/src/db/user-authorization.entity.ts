import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RevokeUserRequest, UserAuthorizationView } from '@convenant/contracts';

/**
 * One person's authorisation for a task under a protocol, and whom its reference stands for. Inserted when it is given,
 * changed when it is revoked and when that is enforced.
 */
@Entity({ name: 'user_authorization' })
export class UserAuthorization {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'party_id' })
  partyId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('integer', { name: 'protocol_version' })
  protocolVersion!: number;

  @Column('text', { name: 'user_ref' })
  userRef!: string;

  @Column('text')
  issuer!: string;

  /** As the party's issuer knows the person. */
  @Column('text')
  sub!: string;

  @Column('text')
  unit!: string;

  @Column('text')
  task!: string;

  @Column('text')
  capacity!: string;

  @Column('boolean')
  secrecy!: boolean;

  @Column('text', { array: true })
  items!: string[];

  @Column('text', { name: 'scope_source' })
  scopeSource!: UserAuthorizationView['scopeSource'];

  /** Of a supervising person; null where an office supervises. */
  @Column('text', { name: 'supervisor_sub', nullable: true })
  supervisorSub!: string | null;

  @Column('text', { name: 'supervisor_ref', nullable: true })
  supervisorRef!: string | null;

  @Column('text', { name: 'supervisor_office', nullable: true })
  supervisorOffice!: string | null;

  @Column('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;

  @Column('text')
  clause!: string;

  @Column('timestamptz', { name: 'authorized_at' })
  authorizedAt!: Date;

  @Column('text', { nullable: true })
  reason!: RevokeUserRequest['reason'] | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** `aggregateversion` of its `user.revoked`: the barrier names it. */
  @Column('integer', { name: 'caused_version', nullable: true })
  causedVersion!: number | null;

  /** Legal time of the barrier; null while it is pending. */
  @Column('timestamptz', { name: 'enforced_at', nullable: true })
  enforcedAt!: Date | null;

  /** Real time from the commit of the command to the barrier, by this database's clock. */
  @Column('integer', { name: 'latency_ms', nullable: true })
  latencyMs!: number | null;
}
