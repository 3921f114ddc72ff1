import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dateOf, DomainError, isPeriod } from '@convenant/kernel';
import type { DeclareEntryRequest, ReconciliationView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { RegisterEntry } from '../../db/register-entry.entity.js';
import { roleOf } from '../../domain/protocol-history.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { ProtocolStore } from '../protocol-store.js';
import { GetReconciliation } from './get-reconciliation.use-case.js';
import { WriteEntries } from './write-entries.js';

/**
 * Records what the party's own register says of the same processing: under which reference, and in which points otherwise. It
 * stands in the party's entry, and is compared with the protocol at once.
 */
@Injectable()
export class DeclareEntry {
  constructor(
    private readonly dataSource: DataSource,
    private readonly commands: CommandRunner,
    private readonly office: ActingOffice,
    private readonly store: ProtocolStore,
    private readonly entries: WriteEntries,
    private readonly getReconciliation: GetReconciliation,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID, CONFLICT (the register has no entry of the protocol yet) */
  async execute(
    protocolId: string,
    body: DeclareEntryRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ReconciliationView>> {
    const parties = await this.store.partiesFor(protocolId, call.party);
    const party = await this.office.dpo(call);
    const role = roleOf(parties, party)!;
    assertPeriods(body);
    const rows = await this.dataSource.getRepository(RegisterEntry).findBy({ protocolId });
    if (!rows.some((row) => row.party === party && row.processor === null)) {
      throw new DomainError('CONFLICT', `Protocol ${protocolId} has no entry yet: it gets one once it is activated`);
    }
    const locked = new Set([protocolId, ...rows.map(({ id }) => id)]);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [...locked],
      work: async (tx) => {
        const declares = { role, declaration: { entry: body, on: dateOf(tx.now) } };
        await this.entries.write(tx, { protocolId, locked, fresh: [], context: call.context, declares });
        return { status: 201, result: { protocolId } };
      },
      answer: () => this.getReconciliation.of(protocolId, parties),
    });
  }
}

function assertPeriods({ retention = [] }: DeclareEntryRequest): void {
  const faults = retention.flatMap(({ period }, index) =>
    isPeriod(period)
      ? []
      : [{ in: 'body' as const, name: `/retention/${index}/period`, detail: 'must be an ISO 8601 period such as P5Y' }],
  );
  const twice = retention.findIndex(({ rule }, index) => retention.findIndex((other) => other.rule === rule) < index);
  if (twice >= 0) {
    faults.push({ in: 'body', name: `/retention/${twice}/rule`, detail: 'must not name a rule a second time' });
  }
  if (faults.length > 0)
    throw new DomainError('INPUT_INVALID', 'The retention that is declared cannot be read', { faults });
}
