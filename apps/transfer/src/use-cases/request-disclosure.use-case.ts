import { Inject, Injectable } from '@nestjs/common';
import type { RequestDisclosureRequest, VerdictView } from '@convenant/contracts';
import { DomainError, newId } from '@convenant/kernel';
import {
  CollectedCommands,
  type CollectedOutcome,
  type CommandCollector,
  type CommandResult,
  type WriteTransaction,
} from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import { useConsents } from '../db/decision.statements.js';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import type { LoadedFacts } from '../db/facts.js';
import { DeliverySignal } from '../delivery/delivery-signal.js';
import { answerOf } from '../domain/verdict.js';
import { DecisionRecords, type JudgedDisclosure, type RequestedDisclosure } from './decision-records.js';
import { DisclosureDecision } from './disclosure-decision.js';
import { SeenFacts } from './seen-facts.js';

/**
 * Decides a requested disclosure and records the decision, permitted and refused alike, with its event in one commit.
 * Permitted: the ledger, the sealed values, the used consent and the delivery to be made stand in the same commit; only
 * after it may a byte leave.
 *
 * Requests that come in while transactions are in flight are decided and written together by the next one, each with its own
 * verdict, on facts read inside that transaction. A refusal goes the same way as a permission and costs no more.
 *
 * Errors: NOT_FOUND, VERSION_NOT_SEEN.
 */
@Injectable()
export class RequestDisclosure {
  private readonly requests: CommandCollector<RequestedDisclosure, VerdictView, LoadedFacts>;

  constructor(
    @Inject(CollectedCommands) collected: CollectedCommands,
    @Inject(DisclosureDecision) private readonly decision: DisclosureDecision,
    @Inject(DecisionRecords) private readonly records: DecisionRecords,
    @Inject(SeenFacts) private readonly seen: SeenFacts,
    @Inject(DeliverySignal) private readonly deliveries: DeliverySignal,
    @Inject(Database) private readonly database: Database,
  ) {
    this.requests = collected.collector({
      look: (reads, asked) =>
        this.decision.factsOf(
          reads,
          asked.map(({ body }) => body),
        ),
      decide: (tx, asked, facts) => this.decideAndRecord(tx, asked, facts),
      answer: (result) => this.answer(result),
    });
  }

  async execute(caller: CallerIdentity, info: CommandInformation, body: RequestDisclosureRequest) {
    if (body.seen) await this.seen.await(body.seen);
    const id = newId();
    const { key, fingerprint } = info;
    const identity = { party: caller.party!, client: caller.client, key, fingerprint, aggregates: [id] };
    const answered = await this.requests.run(identity, { id, caller, info, body });
    if (answered.body.verdict === 'permitted') this.deliveries.wake();
    return answered;
  }

  private async decideAndRecord(
    tx: WriteTransaction,
    asked: readonly RequestedDisclosure[],
    facts: LoadedFacts,
  ): Promise<CollectedOutcome<VerdictView>[]> {
    const decisions = this.decision.decideAll(
      asked.map(({ caller, body }) => ({ requester: caller, body })),
      facts,
    );
    const judged: JudgedDisclosure[] = [];
    asked.forEach((one, i) => {
      const decided = decisions[i]!;
      if (!(decided instanceof DomainError)) judged.push({ asked: one, decided, verdict: decided.verdict });
    });
    const settled = await this.settleConsents(tx, judged);
    const stored = await this.records.write(tx, settled);
    let place = 0;
    return asked.map(({ id }, i): CollectedOutcome<VerdictView> => {
      const decided = decisions[i]!;
      if (decided instanceof DomainError) return { error: decided };
      const answer = { id, ...answerOf(stored[place]!) };
      place += 1;
      return { status: 201, result: { id }, answer };
    });
  }

  /** Settled by the key, not by what was read: of all that found a consent unused, one gets it and the others are refused. */
  private async settleConsents(tx: WriteTransaction, judged: JudgedDisclosure[]): Promise<JudgedDisclosure[]> {
    // Of those that meet in one transaction the first to come gets it.
    const uses = new Map<string, string>();
    for (const { asked, verdict } of judged) {
      if (verdict.verdict !== 'permitted' || !verdict.consumesConsentId) continue;
      if (!uses.has(verdict.consumesConsentId)) uses.set(verdict.consumesConsentId, asked.id);
    }
    if (uses.size === 0) return judged;
    const sorted = [...uses.keys()].sort().map((consentId) => ({ consentId, disclosureId: uses.get(consentId)! }));
    const winners = new Set<string>();
    for (const row of await tx.query<{ disclosure_id: string }>(useConsents(sorted))) winners.add(row.disclosure_id);
    return judged.map((one) => {
      const { asked, decided, verdict } = one;
      const loses = verdict.verdict === 'permitted' && verdict.consumesConsentId && !winners.has(asked.id);
      return loses ? { asked, decided, verdict: this.decision.consentUsed(decided) } : one;
    });
  }

  /** Of a repeat, from state. */
  private async answer({ id }: CommandResult): Promise<VerdictView> {
    const [stored] = await this.database.query<DisclosureRow>(selectDisclosure(id as string));
    const { verdict, code, clause } = stored!;
    return { id: stored!.id, ...answerOf({ verdict, ...(code ? { code } : null), ...(clause ? { clause } : null) }) };
  }
}
