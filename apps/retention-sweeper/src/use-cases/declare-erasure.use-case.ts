import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import {
  erasureAttested,
  recipientErasureDeclared,
  type ClockView,
  type DeclareErasureRequest,
} from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { DataSource } from 'typeorm';
import { DisclosureFact } from '../db/facts.entity.js';
import { Erasure } from '../db/purge.entity.js';
import type { CommandCall } from './command-call.js';
import { GetClock } from './get-clock.use-case.js';
import { instantOf } from './instants.js';
import { KnownFacts } from './known-facts.js';

/**
 * Records the receiver's statement that the values are gone from its own systems too: mailed archives, its files, prints. The
 * attestation says whose word it is; the installation has verified nothing of it.
 */
@Injectable()
export class DeclareErasure {
  constructor(
    private readonly dataSource: DataSource,
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getClock: GetClock,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (not ordered yet, declared before), INPUT_INVALID */
  async execute(
    disclosureId: string,
    request: DeclareErasureRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ClockView>> {
    const { clock } = await this.facts.receiversClock(disclosureId, call.party);
    const found = await this.dataSource.getRepository(Erasure).findOneBy({ disclosureId, state: 'erased' });
    if (found === null) {
      throw new DomainError('CONFLICT', `No erasure of disclosure ${disclosureId} has been ordered`, {
        ...(clock.clause === null ? {} : { clause: clock.clause }),
      });
    }
    return this.commands.run({
      ...call.idempotency,
      aggregates: [found.id],
      work: async (tx) => {
        await this.declare(tx, found.id, request, call);
        return { status: 201, result: { id: found.id } };
      },
      answer: () => this.getClock.execute(disclosureId, call.party),
    });
  }

  private async declare(
    tx: WriteTransaction,
    id: string,
    request: DeclareErasureRequest,
    { context, party, userRef }: CommandCall,
  ): Promise<void> {
    const { purgeId, disclosureId, rule, reason, clause, declaredAt } = await tx.manager.findOneByOrFail(Erasure, {
      id,
    });
    if (declaredAt !== null) {
      throw new DomainError('CONFLICT', `It was declared at ${formatInstant(declaredAt.getTime())}`, { clause });
    }
    const at = instantOf(request.erasedAt, '/erasedAt', tx.now);
    if (at > tx.now) {
      throw new DomainError('INPUT_INVALID', 'An erasure cannot lie in the future', {
        clause,
        faults: [{ in: 'body', name: '/erasedAt', detail: 'must not lie in the future' }],
      });
    }
    const fact = await tx.manager.findOneByOrFail(DisclosureFact, { disclosureId });
    const { protocolId, protocolVersion, subjectRef, items } = fact;
    const ids = { erasureId: id, purgeId, disclosureId, protocolId, subjectRef };
    const envelope = { subject: id, context, protocolId, protocolVersion, clause };
    const { technique } = request;
    const [erasedAt, now] = [formatInstant(at), formatInstant(tx.now)];
    await tx.append(recipientErasureDeclared, {
      ...envelope,
      data: { ...ids, technique, erasedAt, declaredAt: now },
      occurredAt: at,
    });
    await tx.append(erasureAttested, {
      ...envelope,
      data: {
        ...ids,
        scope: 'recipient-declared',
        technique,
        items,
        rule,
        reason,
        erasedAt,
        performer: party,
        validator: userRef,
        attestedAt: now,
        clause,
      },
    });
    await tx.manager.update(Erasure, { id }, { declaredAt: new Date(tx.now) });
  }
}
