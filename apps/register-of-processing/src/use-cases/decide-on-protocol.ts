import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { decideProtocol, type Commander, type ProtocolCommand, type ProtocolDecision } from '@convenant/protocol';
import { lockOf } from '../domain/agreement.js';
import { isEnding, roleOf, stateAt } from '../domain/protocol-history.js';
import { versionShown } from '../domain/protocol-view.js';
import { AgreementsInForce } from './agreements-in-force.js';
import type { CommandCall } from './command-call.js';
import { Frameworks } from './frameworks.js';
import { Parties } from './parties.js';
import { ProtocolStore } from './protocol-store.js';

/** What a command on a protocol made: the opinion, decision, signature, suspension or ending. */
export interface Made {
  readonly protocolId: string;
  readonly factId: string;
}

/**
 * Carries out a command on an existing protocol: loads its events under the lock, lets `libs/protocol` decide, records what
 * happened. Only a party of the protocol gets here; for anyone else it does not exist.
 */
@Injectable()
export class DecideOnProtocol {
  constructor(
    private readonly commands: CommandRunner,
    private readonly store: ProtocolStore,
    private readonly parties: Parties,
    private readonly frameworks: Frameworks,
    private readonly agreements: AgreementsInForce,
  ) {}

  /**
   * @param command made for whoever commands
   * @param answer rebuilds the answer from state, the first time and on each repeat
   * @param check refuses, under the lock, what only this service can know
   * @throws DomainError NOT_FOUND, CONFLICT (it would come into force beside another of the same agreement), and whatever code
   *   the decision gives
   */
  async execute<Answer>(
    protocolId: string,
    call: CommandCall,
    command: (commander: Commander) => ProtocolCommand,
    answer: (made: Made) => Promise<Answer>,
    check: (tx: WriteTransaction) => Promise<void> = async () => undefined,
  ): Promise<CommandAnswer<Answer>> {
    const protocol = await this.store.protocolFor(protocolId, call.party);
    const { sender, receiver, frameworkId } = protocol;
    const parties = { sender, receiver };
    const held = [protocolId, lockOf(protocol), ...(await this.frameworks.hangingOn(protocol))];
    const commander: Commander = { party: roleOf(parties, call.party!)!, roles: await this.rolesOf(call) };
    return this.commands.run({
      ...call.idempotency,
      aggregates: held,
      work: async (tx) => {
        await check(tx);
        const state = stateAt(await this.store.history(protocolId, tx.manager), tx.now);
        const framework = await this.frameworks.factsOf(frameworkId, tx.now, tx.manager);
        const events = decided(decideProtocol(state, command(commander), tx.now, framework));
        const { model } = versionShown(state);
        if (state.current === null && events.some(({ type }) => type === 'protocol.activated'))
          await this.agreements.assertNoOther(protocol, { id: protocolId, model }, tx.now, tx.manager);
        const { context } = call;
        const recorded = await this.store.record(tx, { id: protocolId, parties, model, context }, events);
        await this.frameworks.follow(tx, protocol, { events, recorded }, { context, held });
        // An ending may suspend first; whoever commanded it is told of the ending.
        const factId = recorded[Math.max(0, events.findIndex(isEnding))]!.madeId!;
        return { status: 201, result: { protocolId, factId } };
      },
      answer: (result) => answer(result as unknown as Made),
    });
  }

  /** Roles of the token; the officer named when the party was registered is its data protection officer in any case. */
  private async rolesOf({ party, roles, userRef }: CommandCall): Promise<readonly string[]> {
    return (await this.parties.isFirstDpo(party!, userRef)) ? [...new Set([...roles, 'dpo'])] : roles;
  }
}

/** The events of a decision, or its refusal as an error. */
export function decided(decision: ProtocolDecision): Exclude<ProtocolDecision['events'], undefined> {
  if (decision.events !== undefined) return decision.events;
  const { code, reason, clause, waitsFor } = decision.illegal;
  throw new DomainError(code, reason, {
    ...(clause === undefined ? {} : { clause }),
    ...(waitsFor === undefined ? {} : { members: { waitsFor } }),
  });
}
