import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, type InputFault } from '@convenant/kernel';
import type { BreachScope } from '@convenant/contracts';
import { applyDecisions, type PartyRole, type ProtocolModel } from '@convenant/protocol';
import { Database, type Queries } from '../db/database.js';
import {
  knownToParty,
  selectParties,
  selectProtocols,
  type PartyRow,
  type ProtocolRow,
} from '../db/ledger.statements.js';

/** How long a report waits for a disclosure that its caller has just made, in real milliseconds. */
const PATIENCE_MS = 2_000;
const POLL_MS = 50;

/** A protocol as breaches are judged by it. */
export interface KnownProtocol {
  readonly id: string;
  readonly version: number;
  readonly sender: string;
  readonly receiver: string;
  /** The text with the open points that the parties have settled. */
  readonly model: ProtocolModel;
}

/** Facts of register and transfer as this service knows them. */
@Injectable()
export class KnownLedger {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Guarantees that every id of a scope stands under a protocol of the party; waits briefly for what is on its way. An id of
   * others and an unknown one are the same fault.
   * @throws DomainError INPUT_INVALID with one fault per unknown id
   */
  async assertKnown(party: string, scope: BreachScope): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const known = await this.database.query<{ name: string; id: string }>(knownToParty(party, scope));
      const faults = unknownIds(scope, new Set(known.map(({ name, id }) => `${name} ${id}`)));
      if (faults.length === 0) return;
      if (performance.now() >= deadline) {
        throw new DomainError('INPUT_INVALID', 'The scope names what does not stand under a protocol of your party', {
          faults,
        });
      }
      await delay(POLL_MS);
    }
  }

  async protocols(queries: Queries, ids: readonly string[]): Promise<Map<string, KnownProtocol>> {
    const rows = await queries.query<ProtocolRow>(selectProtocols(ids));
    return new Map(
      rows.map(({ protocol_id: id, version, sender, receiver, model, decisions }) => [
        id,
        { id, version, sender, receiver, model: applyDecisions(model, ofVersion(decisions, version)).model },
      ]),
    );
  }

  async parties(queries: Queries, ids: readonly string[]): Promise<Map<string, PartyRow>> {
    const rows = await queries.query<PartyRow>(selectParties(ids));
    return new Map(rows.map((row) => [row.party_id, row]));
  }
}

/** On which side of the protocol a party stands. */
export function roleIn(protocol: KnownProtocol, party: string): PartyRole {
  return protocol.sender === party ? 'sender' : 'receiver';
}

function unknownIds(scope: BreachScope, known: ReadonlySet<string>): InputFault[] {
  return (['protocolIds', 'disclosureIds', 'subjectRefs'] as const).flatMap((name) =>
    (scope[name] ?? []).flatMap((id, index): InputFault[] =>
      known.has(`${name} ${id}`)
        ? []
        : [
            {
              in: 'body',
              name: `/scope/${name}/${index}`,
              detail: 'must stand under a protocol of your party and be known here',
            },
          ],
    ),
  );
}

function ofVersion(decisions: ProtocolRow['decisions'], version: number): ProtocolRow['decisions'] {
  return decisions.filter((decision) => decision.version === version);
}
