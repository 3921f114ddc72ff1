import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { EntryProcessor } from '@convenant/contracts';
import type { PartyRole } from '@convenant/protocol';
import { Processor } from '../../db/governance.entities.js';
import { Party, PartyContact } from '../../db/party.entity.js';
import { Protocol } from '../../db/protocol.entity.js';
import { RegisterEntry } from '../../db/register-entry.entity.js';
import { textInForce, type Declaration, type EntryFacts, type PartyFacts } from '../../domain/entries/entry-facts.js';
import { expectedProcessors } from '../../domain/governance/expected-processors.js';
import { GovernanceOptions } from '../governance/governance-options.js';
import { ProtocolStore } from '../protocol-store.js';

/** What the entries of one protocol follow from, and the entries that there are. */
export interface EntryGround {
  /** Null while the protocol was never activated. */
  readonly facts: EntryFacts | null;
  readonly rows: readonly RegisterEntry[];
}

/** Reads the facts of which entries are generated. */
@Injectable()
export class ReadEntryFacts {
  constructor(
    private readonly store: ProtocolStore,
    private readonly options: GovernanceOptions,
  ) {}

  /** @param now epoch milliseconds */
  async of(protocolId: string, manager: EntityManager, now: number): Promise<EntryGround> {
    const { sender, receiver } = await manager.findOneByOrFail(Protocol, { id: protocolId });
    const rows = await manager.find(RegisterEntry, { where: { protocolId }, order: { id: 'ASC' } });
    const text = textInForce(await this.store.history(protocolId, manager), now);
    if (text === null) return { facts: null, rows };
    const parties = { sender: await partyFacts(manager, sender), receiver: await partyFacts(manager, receiver) };
    const declared = (role: PartyRole): Declaration | null => {
      const own = rows.find(({ party, processor }) => party === parties[role].id && processor === null);
      const { declared: entry, declaredOn: on } = own?.content ?? {};
      return entry === undefined || on === undefined ? null : { entry, on };
    };
    const used = await manager.find(Processor, { where: { protocolId, endedAt: IsNull() }, order: { id: 'ASC' } });
    const recorded = (role: PartyRole): EntryProcessor[] => {
      const own = used.filter(({ party }) => party === parties[role].id);
      const hosted = own.some(({ kind }) => kind === 'installation');
      // Who hosts the installation processes for both parties from the first day, also while nobody recorded it.
      const host = expectedProcessors(text.model, this.options.host).filter(({ party, kind }) => {
        return party === role && kind === 'installation' && !hosted;
      });
      return [...own.map(recordedProcessor), ...host.map(({ name }) => ({ name, kind: 'installation' as const }))];
    };
    return {
      facts: {
        text,
        parties,
        declared: { sender: declared('sender'), receiver: declared('receiver') },
        recorded: { sender: recorded('sender'), receiver: recorded('receiver') },
      },
      rows,
    };
  }
}

function recordedProcessor({ name, kind, enterpriseNumber, particulars, clause }: Processor): EntryProcessor {
  return {
    name,
    kind,
    ...(enterpriseNumber === null ? {} : { enterpriseNumber }),
    activities: particulars.activities,
    ...(clause === null ? {} : { clause }),
  };
}

async function partyFacts(manager: EntityManager, id: string): Promise<PartyFacts> {
  const { name, enterpriseNumber, unitCode } = await manager.findOneByOrFail(Party, { id });
  const contacts = await manager.findBy(PartyContact, { partyId: id, role: 'dpo' });
  return {
    id,
    name,
    enterpriseNumber,
    ...(unitCode === null ? {} : { unitCode }),
    dpo: contacts.map(({ mailbox }) => mailbox),
  };
}
