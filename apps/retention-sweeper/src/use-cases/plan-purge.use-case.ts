import { Injectable } from '@nestjs/common';
import { newId } from '@convenant/kernel';
import type { PlanPurgeRequest, PurgeView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import type { CommandCall } from './command-call.js';
import { GetPurges } from './get-purges.use-case.js';
import { KnownFacts } from './known-facts.js';
import { readPurgeSet } from './purge-set.js';
import { planPurge } from './purge-steps.js';

/** Counts what may be erased now under one protocol. Takes nothing: the set may change until the plan is applied. */
@Injectable()
export class PlanPurge {
  constructor(
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getPurges: GetPurges,
  ) {}

  /** @throws DomainError NOT_FOUND, UNAVAILABLE */
  async execute({ protocolId }: PlanPurgeRequest, call: CommandCall): Promise<CommandAnswer<PurgeView>> {
    const protocol = await this.facts.receiversProtocol(protocolId, call.party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await this.facts.assertReadable(tx, protocol.protocolId);
        const set = await readPurgeSet(tx, protocol.protocolId, { take: false });
        await planPurge(tx, { id, protocol, origin: 'command', context: call.context }, set);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getPurges.one(result['id'] as string, call.party),
    });
  }
}
