import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dateOf, newId, type Clock } from '@convenant/kernel';
import { CLOCK, Outbox } from '@convenant/messaging';
import { decideProtocol, replayProtocol } from '@convenant/protocol';
import { overdueEndings } from '../db/endings.statements.js';
import { Protocol } from '../db/protocol.entity.js';
import { Frameworks } from './frameworks.js';
import { ProtocolStore } from './protocol-store.js';

/** Protocols of one step. */
const AT_ONCE = 50;

/**
 * Says of each protocol whose fixed end has come, or whose term is over, that it has ended, and of the accessions to it. Decided again under the lock of the protocol: a second
 * process that looks at the same moment finds it ended.
 */
@Injectable()
export class ConcludeEndings {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly store: ProtocolStore,
    private readonly frameworks: Frameworks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many protocols it looked at: none, once every end is told */
  async execute(): Promise<number> {
    const now = this.clock.now();
    const due: { protocolId: string }[] = await this.dataSource.query(overdueEndings.text, [now, AT_ONCE, dateOf(now)]);
    for (const { protocolId } of due) await this.conclude(protocolId);
    return due.length;
  }

  private async conclude(id: string): Promise<void> {
    const protocol = await this.dataSource.getRepository(Protocol).findOneByOrFail({ id });
    const held = [id, ...(await this.frameworks.hangingOn(protocol))];
    await this.outbox.transaction(held, async (tx) => {
      const state = replayProtocol((await this.store.history(id, tx.manager)).map(({ event }) => event));
      const { events } = decideProtocol(state, { type: 'conclude' }, tx.now);
      if (events === undefined) return;
      const { sender, receiver } = protocol;
      // Nobody commands it at this moment: the look itself is the cause.
      const look = newId();
      const context = { correlationId: look, causationId: look };
      const about = { id, parties: { sender, receiver }, model: state.current!.model, context };
      const recorded = await this.store.record(tx, about, events);
      await this.frameworks.follow(tx, protocol, { events, recorded }, { context, held });
    });
  }
}
