import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PartyDecision, ProtocolModel } from '@convenant/protocol';

/** A protocol as this service knows it from the register. Written by the projections of register's topic only. */
@Entity({ name: 'protocol_fact' })
export class ProtocolFact {
  @PrimaryColumn('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('integer')
  version!: number;

  @Column('uuid')
  sender!: string;

  @Column('uuid')
  receiver!: string;

  /** As drafted: the text. */
  @Column('jsonb')
  model!: ProtocolModel;

  /** What the parties decided on open points, in order; also after the activation. */
  @Column('jsonb')
  decisions!: PartyDecision[];

  /** Null until the protocol is activated. */
  @Column('timestamptz', { name: 'effective_from', nullable: true })
  effectiveFrom!: Date | null;
}
