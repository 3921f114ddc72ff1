import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AccountView, GetAccountRequest } from '@convenant/contracts';
import { DomainError, type Clock } from '@convenant/kernel';
import { CLOCK, type CallerIdentity } from '@convenant/platform';
import { readAccount, sidesOf } from '../db/account.statements.js';
import { entryOf, type EntryRow } from '../db/entry-row.js';
import { recordRead } from '../db/record-read.js';
import { headPosition } from '../db/visibility.statements.js';
import { personStateOf } from '../domain/account-person.js';
import { accountOf, type Side } from '../domain/person-account.js';

/**
 * Tells a party of a protocol who received what about a person, as far as that party may see it, and records the reading
 * first. All of it is read at one moment.
 */
@Injectable()
export class ReadAccount {
  constructor(
    private readonly source: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND alike for a person nobody knows and for one of other parties */
  execute(caller: CallerIdentity, { subjectRef, protocolId }: GetAccountRequest): Promise<AccountView> {
    return this.source.transaction('REPEATABLE READ', async (manager) => {
      const sides = await this.sides(manager, caller.party!);
      const rows: EntryRow[] = await manager.query(readAccount.text, [caller.party, subjectRef, protocolId]);
      const entries = rows.map(entryOf).filter((entry) => sides.has(entry.protocolId ?? protocolOf(entry.data)));
      const about = entries.filter(({ data }) => data['subjectRef'] === subjectRef);
      if (about.length === 0) {
        throw new DomainError('NOT_FOUND', `Nothing is known here of the person ${subjectRef} that your party may see`);
      }
      const [head]: { position: string }[] = await manager.query(headPosition.text);
      const throughPosition = Number(head!.position);
      await recordRead(manager, {
        readAt: this.clock.now(),
        caller,
        what: 'account',
        after: 0,
        through: throughPosition,
        shown: about.length,
        filters: { subjectRef, protocolId },
      });
      return { subjectRef, throughPosition, disclosures: accountOf(entries, sides), ...personStateOf(about) };
    });
  }

  private async sides(manager: EntityManager, party: string): Promise<Map<string, Side>> {
    const rows: { protocol_id: string; side: Side }[] = await manager.query(sidesOf.text, [party]);
    return new Map(rows.map(({ protocol_id: protocol, side }) => [protocol, side]));
  }
}

function protocolOf(data: Record<string, unknown>): string {
  return String(data['protocolId']);
}
