import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProtocolModel, RetentionRule } from '@convenant/protocol';
import type { ProtocolRules, UpcomingVersion, VersionDecision } from '../domain/versions.js';

/** A protocol as this service knows it from the register. Written by the projections of register's topic only. */
@Entity({ name: 'protocol_fact' })
export class ProtocolFact implements ProtocolRules {
  @PrimaryColumn('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('integer')
  version!: number;

  @Column('uuid')
  sender!: string;

  @Column('uuid')
  receiver!: string;

  /** The version in force; before there is one, the first as drafted. */
  @Column('jsonb')
  model!: ProtocolModel;

  /** What the parties decided on open points of any version, in order; also after the activation. */
  @Column('jsonb')
  decisions!: VersionDecision[];

  /** The retention rules of the text with those decisions. */
  @Column('jsonb')
  rules!: RetentionRule[];

  /** Rises with every fact that can change the rules; a clock looked at with a lower one is looked at again. */
  @Column('integer')
  revision!: number;

  /** Activated versions whose day has not come. */
  @Column('jsonb')
  upcoming!: UpcomingVersion[];
}

/** What was authorised to be disclosed. Written by the projection of transfer's topic only. */
@Entity({ name: 'disclosure_fact' })
export class DisclosureFact {
  @PrimaryColumn('uuid', { name: 'disclosure_id' })
  disclosureId!: string;

  @Column('uuid', { name: 'protocol_id' })
  protocolId!: string;

  @Column('integer', { name: 'protocol_version' })
  protocolVersion!: number;

  @Column('uuid', { name: 'subject_ref' })
  subjectRef!: string;

  @Column('text', { array: true })
  items!: string[];
}
