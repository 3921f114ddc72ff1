import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, type Clock } from '@convenant/kernel';
import type { WriteTransaction } from '@convenant/messaging';
import { CLOCK } from '@convenant/platform';
import {
  applyDecisions,
  replayProtocol,
  type PartyRole,
  type ProtocolModel,
  type ProtocolState,
} from '@convenant/protocol';
import { roleOf, stateAt, type HistoryEntry, type PartyIds } from '../../domain/protocol-history.js';
import { versionShown } from '../../domain/protocol-view.js';
import { GovernanceLook } from '../../db/governance.entities.js';
import { RegisterEntryLook } from '../../db/register-entry.entity.js';
import { ProtocolStore } from '../protocol-store.js';

/** A version that was activated. */
type ActiveVersion = NonNullable<ProtocolState['current']>;

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

/** A later version may be agreed on long before its day: until then the one before governs. */
function governing(history: readonly HistoryEntry[], state: ProtocolState, now: number): ActiveVersion | null {
  const begun = ({ event }: HistoryEntry, by: number) =>
    event.type === 'protocol.activated' && event.data.effectiveFrom <= by;
  const last = history.findLastIndex((entry) => begun(entry, now));
  const at = last >= 0 ? last : history.findIndex((entry) => begun(entry, Infinity));
  if (at < 0) return null;
  const { current } = replayProtocol(history.slice(0, at + 1).map(({ event }) => event));
  // Decisions that were taken since count for the version that was activated last.
  return current?.version === state.current?.version ? state.current : current;
}
