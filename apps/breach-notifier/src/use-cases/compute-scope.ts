import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { breachScopeComputed, type BreachScope } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { setScope, startPhase, type ScopeSummary } from '../db/breach.statements.js';
import { affectedByProtocol, countUnreadable, insertAffected, type AffectedProtocol } from '../db/ledger.statements.js';

/** The breach as far as its scope depends on it; instants in epoch milliseconds UTC. */
export interface ScopedBreach {
  readonly id: string;
  readonly party: string;
  readonly phase: number;
  /** Null while it goes on: everything until now may be affected. */
  readonly occurredTo: number | null;
  readonly criteria: BreachScope;
}

/**
 * Computes from the ledger what a breach affects, keeps the list as one phase and tells the counts. What cannot be read of
 * the ledger at that moment is counted too: while there is any, more may be affected.
 *
 * @see GDPR Art. 33(3)(a), 33(4)
 */
@Injectable()
export class ComputeScope {
  async execute(
    tx: WriteTransaction,
    breach: ScopedBreach,
    context: CommandContext,
  ): Promise<{ summary: ScopeSummary; protocols: AffectedProtocol[] }> {
    const { id, party, phase, occurredTo } = breach;
    const until = occurredTo === null ? null : formatInstant(occurredTo);
    await tx.query(startPhase(id, phase, breach.criteria, until));
    await tx.query(insertAffected(id, formatInstant(tx.now)));
    const protocols = await tx.query<AffectedProtocol>(affectedByProtocol(id, phase));
    const [{ unreadable } = { unreadable: 0 }] = await tx.query<{ unreadable: number }>(countUnreadable);
    const summary = summaryOf(protocols, unreadable, formatInstant(tx.now));
    await tx.query(setScope(id, summary));
    const data = {
      breachId: id,
      partyId: party,
      phase,
      ...(until === null ? {} : { occurredTo: until }),
      ...summary,
    };
    await tx.append(breachScopeComputed, { subject: id, data, context });
    return { summary, protocols };
  }
}

/** A person has one reference per protocol, so persons of different protocols add up. */
function summaryOf(protocols: readonly AffectedProtocol[], unreadable: number, computedAt: string): ScopeSummary {
  const sum = (count: (protocol: AffectedProtocol) => number) => protocols.reduce((all, it) => all + count(it), 0);
  return {
    counts: {
      disclosures: sum((it) => it.disclosures),
      persons: sum((it) => it.persons),
      items: sum((it) => it.items),
    },
    items: [...new Set(protocols.flatMap((it) => it.item_ids))].sort(),
    protocols: protocols.map((it) => it.protocol_id),
    counterparties: [...new Set(protocols.map((it) => it.counterparty))].sort(),
    unreadable,
    computedAt,
  };
}
