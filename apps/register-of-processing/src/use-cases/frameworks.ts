import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '@convenant/kernel';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import {
  decideProtocol,
  evolveProtocol,
  frameworkFacts,
  type FrameworkFacts,
  type PartyRole,
  type ProtocolCommand,
  type ProtocolEvent,
  type ProtocolState,
} from '@convenant/protocol';
import { openAccessions } from '../db/endings.statements.js';
import { Protocol } from '../db/protocol.entity.js';
import { isEnding, stateAt, type PartyIds } from '../domain/protocol-history.js';
import { AgreementsInForce } from './agreements-in-force.js';
import { GovernedProtocol } from './governance/governed-protocol.js';
import { ProtocolStore, type Recorded } from './protocol-store.js';

/** Accessions that are not over, of one framework: what ends it ends them all in one transaction, which has that many locks. */
export const MAX_ACCESSIONS = 490;

/** A framework protocol with what hangs on it. */
export interface NamedFramework {
  readonly id: string;
  readonly facts: FrameworkFacts;
}

interface Accession extends PartyIds {
  readonly id: string;
}

/** Framework protocols: found by reference, and followed by the accessions to them. */
@Injectable()
export class Frameworks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    private readonly governed: GovernedProtocol,
    private readonly agreements: AgreementsInForce,
  ) {}

  /**
   * The framework that an accession between these parties names: one that was agreed, of the same sender or the same receiver.
   * Of more with one reference, one that is in force goes before the others, and the latest before older ones.
   */
  async named(
    reference: string | undefined,
    { sender, receiver }: PartyIds,
    now: number,
  ): Promise<NamedFramework | null> {
    if (reference === undefined) return null;
    const kind = 'framework' as const;
    const candidates = await this.dataSource.getRepository(Protocol).find({
      where: [
        { kind, reference, sender },
        { kind, reference, receiver },
      ],
      order: { id: 'DESC' },
      take: 20,
    });
    const agreed: NamedFramework[] = [];
    for (const { id } of candidates) {
      const facts = await this.factsOf(id, now);
      if (facts !== null) agreed.push({ id, facts });
    }
    return agreed.find(({ facts }) => facts.standing === 'inForce') ?? agreed[0] ?? null;
  }

  /** A framework as it stands at `now`, or null for a protocol without one. */
  async factsOf(id: string | null, now: number, manager?: EntityManager): Promise<FrameworkFacts | null> {
    return id === null ? null : frameworkFacts(stateAt(await this.store.history(id, manager), now), now);
  }

  /** What a command on a protocol must hold: of a framework its accessions, of an accession its framework. */
  async hangingOn({ id, kind, frameworkId }: Protocol): Promise<string[]> {
    if (frameworkId !== null) return [frameworkId];
    return kind === 'framework' ? (await this.accessions(id)).map((accession) => accession.id) : [];
  }

  /**
   * Refuses one accession more than a framework can end at once. To be asked under the lock of the framework.
   * @throws DomainError CONFLICT
   */
  async assertRoom(id: string, manager: EntityManager): Promise<void> {
    if ((await this.accessions(id, manager)).length < MAX_ACCESSIONS) return;
    throw new DomainError('CONFLICT', `The framework has ${MAX_ACCESSIONS} accessions; more can not be ended at once`);
  }

  /**
   * Lets the accessions follow what happened to their framework, in its transaction and caused by it: its suspension, its
   * resumption (which also activates an accession that waited for it) and every way in which it ends.
   *
   * @param held aggregates whose locks the transaction holds
   * @throws DomainError UNAVAILABLE when somebody acceded since the locks were chosen: the same command succeeds when repeated
   */
  async follow(
    tx: WriteTransaction,
    framework: Protocol,
    { events, recorded }: { events: readonly ProtocolEvent[]; recorded: readonly Recorded[] },
    { context, held }: { context: CommandContext; held: readonly string[] },
  ): Promise<void> {
    if (framework.kind !== 'framework') return;
    if (events.some(({ type }) => type === 'protocol.activated')) {
      // What the framework allows no longer is amiss in every accession that still says it.
      for (const { id } of await this.accessions(framework.id, tx.manager)) {
        if (held.includes(id)) await this.governed.lookAgain(tx, id);
      }
    }
    const causes = events.map((event, index) => ({ event, eventId: recorded[index]!.eventId }));
    if (!causes.some(({ event }) => commandsFor(event, 'sender').length > 0)) return;
    const facts = await this.factsOf(framework.id, tx.now, tx.manager);
    for (const accession of await this.accessions(framework.id, tx.manager)) {
      if (!held.includes(accession.id)) throw new DomainError('UNAVAILABLE', 'Somebody accedes to the framework now');
      const parties = { sender: accession.sender, receiver: accession.receiver };
      const by = accession.sender === framework.sender ? 'sender' : 'receiver';
      let state = stateAt(await this.store.history(accession.id, tx.manager), tx.now);
      for (const { event, eventId } of causes) {
        for (const command of commandsFor(event, by)) {
          const { events: followed } = decideProtocol(state, command, tx.now, facts);
          if (followed === undefined || (await this.isSecond(accession.id, state, followed, tx))) continue;
          const { model } = (state.current ?? state.draft)!;
          const caused = { ...context, causationId: eventId };
          await this.store.record(tx, { id: accession.id, parties, model, context: caused }, followed);
          state = followed.reduce(evolveProtocol, state);
        }
      }
    }
  }

  /** Whether an accession that waited would come into force beside another of the same agreement. */
  private async isSecond(
    id: string,
    { current }: ProtocolState,
    events: readonly ProtocolEvent[],
    { manager, now }: WriteTransaction,
  ): Promise<boolean> {
    if (current !== null || !events.some(({ type }) => type === 'protocol.activated')) return false;
    const agreement = await manager.findOneByOrFail(Protocol, { id });
    return (await this.agreements.other(agreement, id, now, manager)) !== null;
  }

  private accessions(id: string, manager = this.dataSource.manager): Promise<Accession[]> {
    return manager.query(openAccessions.text, [id]);
  }
}

/** What an event of a framework asks of an accession. Whether it can do it is for the accession's own state to decide. */
function commandsFor(event: ProtocolEvent, by: PartyRole): ProtocolCommand[] {
  if (event.type === 'protocol.suspended') return [{ type: 'suspendWithFramework', by }];
  if (event.type === 'protocol.resumed') return [{ type: 'resumeWithFramework', by }, { type: 'activate' }];
  return isEnding(event) ? [{ type: 'endWithFramework', by, endsAt: event.data.endsAt }] : [];
}
