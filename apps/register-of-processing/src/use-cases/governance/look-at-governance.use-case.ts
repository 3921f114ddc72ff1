import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { addPeriod, dateOf, formatInstant, isUuid, newId, startOfDay, type Clock } from '@convenant/kernel';
import { processorBlocked, processorChanged } from '@convenant/contracts';
import { CLOCK, Outbox, type WriteTransaction } from '@convenant/messaging';
import { governanceAlerts, type DueAlert } from '../../domain/governance/governance-alerts.js';
import { processorReasons, type ProcessorReasons } from '../../domain/governance/processor-standing.js';
import type { PartyIds } from '../../domain/protocol-history.js';
import { Alert, GovernanceLook, Processor } from '../../db/governance.entities.js';
import { Protocol } from '../../db/protocol.entity.js';
import { dueLooks, lastVersion } from '../../db/governance.statements.js';
import { untoldAlerts } from '../../db/officer-mail.statements.js';
import { processorData } from '../processors/processor-data.js';
import { TellOfficers } from '../officer-mail/tell-officers.js';
import { appendAlert, type Telling } from './alert-of-event.js';
import { ReadGovernanceFacts } from './governance-facts.js';
import { GovernanceOptions } from './governance-options.js';
import { GovernedProtocol } from './governed-protocol.js';

/** Protocols of one step. */
const AT_ONCE = 20;

/** What a look finds that is not told yet. */
interface Findings {
  readonly version: number;
  readonly raise: readonly DueAlert[];
  readonly clear: readonly Alert[];
  /** Processors whose contract is over, or that became allowed because another one did. */
  readonly turned: readonly { readonly processor: Processor; readonly reasons: ProcessorReasons }[];
  readonly nextAt: number;
}

/**
 * Raises and clears the alerts of a protocol, and blocks processors whose contract is over. Looks when something changed, when
 * the next thing comes due, and once a day.
 *
 * Each finding is made again under the locks: what a command has settled meanwhile is not told.
 */
@Injectable()
export class LookAtGovernance {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly governed: GovernedProtocol,
    private readonly facts: ReadGovernanceFacts,
    private readonly options: GovernanceOptions,
    private readonly officers: TellOfficers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many protocols it looked at */
  async execute(): Promise<number> {
    const due: { id: string }[] = await this.dataSource.query(dueLooks.text, [new Date(this.clock.now()), AT_ONCE]);
    for (const { id } of due) await this.look(id);
    return due.length;
  }

  private async look(protocolId: string): Promise<void> {
    const protocol = await this.dataSource.manager.findOneByOrFail(Protocol, { id: protocolId });
    const { sender, receiver } = protocol;
    const parties = { sender, receiver };
    const before = await this.find(protocol, this.dataSource.manager, this.clock.now());
    const fresh = before.raise.map(() => newId());
    const locked = new Set([
      protocolId,
      ...fresh,
      ...before.clear.map(({ id }) => id),
      ...before.turned.map(({ processor }) => processor.id),
    ]);
    await this.outbox.transaction([...locked], async (tx) => {
      const found = await this.find(protocol, tx.manager, tx.now);
      // What came up between the two looks has no lock here. Nothing is told by halves: the next look follows at once.
      const isWhole =
        found.raise.length <= fresh.length &&
        found.clear.every(({ id }) => locked.has(id)) &&
        found.turned.every(({ processor }) => locked.has(processor.id));
      if (isWhole) await this.tell(tx, protocolId, parties, found, fresh);
      const nextLookAt = new Date(isWhole ? found.nextAt : tx.now);
      const [seen] = await tx.query<{ version: number }>({ ...lastVersion, values: [protocolId] });
      await tx.manager.upsert(GovernanceLook, { protocolId, seenVersion: seen!.version, nextLookAt }, ['protocolId']);
    });
  }

  private async tell(
    tx: WriteTransaction,
    protocolId: string,
    parties: PartyIds,
    { version, raise, clear, turned }: Findings,
    fresh: readonly string[],
  ): Promise<void> {
    // Nobody commands it at this moment: the look itself is the cause.
    const look = newId();
    const telling = { tx, protocolId, version, context: { correlationId: look, causationId: look } };
    for (const alert of clear) await this.clear(telling, alert);
    for (const { processor, reasons } of turned) await this.turn(telling, processor, reasons);
    for (const [index, alert] of raise.entries()) await this.raise(telling, fresh[index]!, parties, alert);
    const untold = await tx.query<{ id: string }>({ ...untoldAlerts, values: [protocolId] });
    for (const { id } of untold) {
      const alert = await tx.manager.findOneByOrFail(Alert, { id });
      await this.tellOfficer(telling, alert, 'raised', alert.since.getTime());
    }
  }

  private async find(protocol: Protocol, manager: EntityManager, now: number): Promise<Findings> {
    const { id: protocolId, sender, receiver } = protocol;
    const parties = { sender, receiver };
    const text = await this.governed.text(protocolId, manager, now);
    const standing = await manager.find(Alert, { where: { protocolId, clearedAt: IsNull() }, order: { id: 'ASC' } });
    const tomorrow = addPeriod(startOfDay(dateOf(now)), 'P1D');
    if (text.current === null || text.state.ended !== null) {
      return { version: text.version, raise: [], clear: standing, turned: [], nextAt: tomorrow };
    }
    const facts = await this.facts.of(protocol, text, manager, now);
    const { alerts, nextAt } = governanceAlerts(facts, this.options.terms, now);
    const key = (party: string, code: string, about: string | null) => `${party} ${code} ${about}`;
    const wanted = new Set(alerts.map(({ party, code, about }) => key(parties[party], code, about)));
    const told = new Set(standing.map(({ party, code, about }) => key(party, code, about)));
    const used = await manager.find(Processor, { where: { protocolId, endedAt: IsNull() }, order: { id: 'ASC' } });
    return {
      version: text.version,
      raise: alerts.filter(({ party, code, about }) => !told.has(key(parties[party], code, about))),
      clear: standing.filter(({ party, code, about }) => !wanted.has(key(party, code, about))),
      turned: used
        .map((processor) => {
          const own = used.filter(({ party }) => party === processor.party);
          return { processor, reasons: processorReasons(processor, own, dateOf(now)) };
        })
        .filter(({ processor, reasons }) => processor.blocked !== reasons.length > 0),
      nextAt,
    };
  }

  private async raise(
    { tx, protocolId, version, context }: Telling,
    id: string,
    parties: PartyIds,
    { party: role, code, about, clause, since }: DueAlert,
  ): Promise<void> {
    const party = parties[role];
    const raisedAt = new Date(tx.now);
    await tx.manager.insert(Alert, {
      id,
      protocolId,
      party,
      code,
      about,
      clause,
      since: new Date(since),
      raisedAt,
      clearedAt: null,
    });
    await this.tellOfficer({ tx, protocolId }, { id, party, code, about, clause }, 'raised', since);
    await appendAlert(
      { tx, protocolId, version, context },
      { id, party, code, about, clause },
      {
        raised: { since: formatInstant(since), raisedAt: formatInstant(tx.now) },
      },
    );
  }

  private async clear({ tx, protocolId, version, context }: Telling, alert: Alert): Promise<void> {
    await tx.manager.update(Alert, { id: alert.id }, { clearedAt: new Date(tx.now) });
    await this.tellOfficer({ tx, protocolId }, alert, 'resolved', tx.now);
    const clearedAt = formatInstant(tx.now);
    await appendAlert({ tx, protocolId, version, context }, alert, { cleared: { clearedAt } });
  }

  /** A measure or a processor is named to the officer; an id of a record says nothing. */
  private async tellOfficer(
    { tx, protocolId }: Pick<Telling, 'tx' | 'protocolId'>,
    { id, party, code, about, clause }: Pick<Alert, 'id' | 'party' | 'code' | 'about' | 'clause'>,
    phase: 'raised' | 'resolved',
    at: number,
  ): Promise<void> {
    await this.officers.tell(tx, {
      ...{ party, topic: code, phase, protocolId, clause, at, reference: id },
      about: about !== null && isUuid(about) ? null : about,
      path: `/register/v1/protocols/${protocolId}/alerts`,
    });
  }

  private async turn(
    { tx, protocolId, version, context }: Telling,
    processor: Processor,
    reasons: ProcessorReasons,
  ): Promise<void> {
    const { id, party, clause } = processor;
    const blocked = reasons.length > 0;
    await tx.manager.update(Processor, { id }, { blocked });
    const quoted = clause === null ? {} : { clause };
    const envelope = { subject: id, context, protocolId, protocolVersion: version, ...quoted };
    const at = formatInstant(tx.now);
    if (blocked) {
      const data = { processorId: id, protocolId, version, party, reasons, ...quoted, blockedAt: at };
      await tx.append(processorBlocked, { ...envelope, data });
    } else {
      const data = { ...processorData(processor, version), state: 'allowed' as const, changedAt: at };
      await tx.append(processorChanged, { ...envelope, data });
    }
  }
}
