import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PartyDecision, ProtocolModel } from '@convenant/protocol';

/** One version of a protocol as this service knows it from the register. Written by the projections of register's topic only. */
@Entity({ name: 'protocol_fact' })
export class ProtocolFact {
  @PrimaryColumn('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @PrimaryColumn('integer')
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

  /** Null until this version is activated; it holds from here until that of the next one. */
  @Column('timestamptz', { name: 'effective_from', nullable: true })
  effectiveFrom!: Date | null;
}
