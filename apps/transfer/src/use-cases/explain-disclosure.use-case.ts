import { Inject, Injectable } from '@nestjs/common';
import type { ExplanationView, RequestDisclosureRequest } from '@convenant/contracts';
import { Outbox } from '@convenant/messaging';
import type { CallerIdentity } from '@convenant/platform';
import { answerOf, storedVerdict } from '../domain/verdict.js';
import { DisclosureDecision } from './disclosure-decision.js';
import { SeenFacts } from './seen-facts.js';

/** Would this be refused, and why: the decision itself, without any effect and without a record. */
@Injectable()
export class ExplainDisclosure {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(DisclosureDecision) private readonly decision: DisclosureDecision,
    @Inject(SeenFacts) private readonly seen: SeenFacts,
  ) {}

  async execute(caller: CallerIdentity, body: RequestDisclosureRequest): Promise<ExplanationView> {
    await this.seen.await(body.seen);
    const { verdict } = await this.outbox.transaction([], (tx) => this.decision.decide(tx, caller, body));
    return answerOf(storedVerdict(verdict));
  }
}
