import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A suspension of a protocol: how far it is enforced, and whether it is lifted. At most one of a protocol is not. */
@Entity({ name: 'protocol_suspension' })
export class ProtocolSuspension {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  /** `aggregateversion` of its `protocol.suspended`: the barrier names it. */
  @Column('integer', { name: 'caused_version' })
  causedVersion!: number;

  /** Legal time of the barrier; null while it is pending. */
  @Column('timestamptz', { name: 'enforced_at', nullable: true })
  enforcedAt!: Date | null;

  /** Real time from the commit of the command to the barrier, by this database's clock. */
  @Column('integer', { name: 'latency_ms', nullable: true })
  latencyMs!: number | null;

  /** Disclosures whose last delivery attempt may still have sent a byte. */
  @Column('uuid', { array: true })
  unconfirmed!: string[];

  @Column('timestamptz', { name: 'resumed_at', nullable: true })
  resumedAt!: Date | null;
}
