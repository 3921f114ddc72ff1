import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, type Clock } from '@convenant/kernel';
import type { WriteTransaction } from '@convenant/messaging';
import { CLOCK } from '@convenant/platform';
import { applyDecisions, type PartyRole, type ProtocolModel, type ProtocolState } from '@convenant/protocol';
import { governing, type ActiveVersion } from '../../domain/governing-version.js';
import { roleOf, stateAt, type PartyIds } from '../../domain/protocol-history.js';
import { versionShown } from '../../domain/protocol-view.js';
import { GovernanceLook } from '../../db/governance.entities.js';
import { RegisterEntryLook } from '../../db/register-entry.entity.js';
import { ProtocolStore } from '../protocol-store.js';

/** A protocol as its governance needs it: the text in force, else the one to come, else the one being agreed. */
export interface GovernedText {
  readonly version: number;
  /** With the party decisions. */
  readonly model: ProtocolModel;
  /** The version that governs at the moment; null while none was activated. */
  readonly current: ActiveVersion | null;
  readonly state: ProtocolState;
}

/** What every matter of governance asks of a protocol. */
@Injectable()
export class GovernedProtocol {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The parties, and which of them asks. @throws DomainError NOT_FOUND for anyone else */
  async sides(
    protocolId: string,
    party: string | null,
  ): Promise<{ parties: PartyIds; role: PartyRole; other: string }> {
    const parties = await this.store.partiesFor(protocolId, party);
    const role = roleOf(parties, party!)!;
    return { parties, role, other: parties[role === 'sender' ? 'receiver' : 'sender'] };
  }

  async text(
    protocolId: string,
    manager: EntityManager = this.dataSource.manager,
    now = this.clock.now(),
  ): Promise<GovernedText> {
    const history = await this.store.history(protocolId, manager);
    const state = stateAt(history, now);
    const current = governing(history, state, now);
    const { version, model, decisions } = current ?? versionShown(state);
    return { version, model: applyDecisions(model, decisions).model, current, state };
  }

  /** @throws DomainError TRANSITION_ILLEGAL for a protocol that was never in force */
  async inForce(protocolId: string, tx: WriteTransaction): Promise<GovernedText> {
    const text = await this.text(protocolId, tx.manager, tx.now);
    if (text.current !== null) return text;
    throw new DomainError('TRANSITION_ILLEGAL', `Protocol ${protocolId} was never in force`);
  }

  /**
   * Has the governance of the protocol and its register entries looked at as soon as this transaction is committed; under the
   * lock of the protocol.
   */
  async lookAgain({ manager, now }: WriteTransaction, protocolId: string): Promise<void> {
    await manager.update(GovernanceLook, { protocolId }, { nextLookAt: new Date(now) });
    await manager.update(RegisterEntryLook, { protocolId }, { nextLookAt: new Date(now) });
  }
}
