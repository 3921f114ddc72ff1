import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { rightsRequestReceived, type ReceiveRightsRequest, type RightsRequestView } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { reminders } from '@convenant/protocol';
import { beginBarrier } from '../db/rights.statements.js';
import { RightsRequest } from '../db/rights-request.entity.js';
import { dueDates, requestIds } from '../domain/rights-view.js';
import type { CommandCall } from './command-call.js';
import { instantOf } from './instants.js';
import { ProtocolStore } from './protocol-store.js';
import { RightsRequests } from './rights-requests.js';

/**
 * Records that a data subject exercises a right towards the party, and fixes until when the answer is due. An objection is
 * answered *enforcing*: transfer stops the disclosures of that person until it is decided.
 *
 * @see GDPR Art. 12(3), 21(1), 18(1)(d)
 */
@Injectable()
export class ReceiveRights {
  constructor(
    private readonly commands: CommandRunner,
    private readonly store: ProtocolStore,
    private readonly requests: RightsRequests,
  ) {}

  /** @throws DomainError NOT_FOUND (protocol, person), INPUT_INVALID */
  async execute(body: ReceiveRightsRequest, call: CommandCall): Promise<CommandAnswer<RightsRequestView>> {
    const party = call.party!;
    const { protocolId, subjectRef } = body;
    await this.store.partiesFor(protocolId, party);
    if (subjectRef !== undefined) await this.requests.assertConcerns(protocolId, subjectRef, party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await this.receive(tx, id, party, body, call);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.requests.view(result['id'] as string, party),
    });
  }

  private async receive(
    tx: WriteTransaction,
    id: string,
    party: string,
    body: ReceiveRightsRequest,
    { context }: CommandCall,
  ): Promise<void> {
    const { protocolId, subjectRef, right, consentId, channel, identityCheck } = body;
    const at = instantOf(body.receivedAt, '/receivedAt', tx.now);
    assertShape(body, at, tx.now);
    const { deadline, told, kept } = dueDates({ receivedAt: at, extendedAt: null });
    const request = tx.manager.create(RightsRequest, {
      id,
      party,
      protocolId,
      subjectRef: subjectRef ?? null,
      right,
      consentId: consentId ?? null,
      channel,
      identityCheck: identityCheck ?? null,
      state: 'open',
      receivedAt: new Date(at),
      ...kept,
      nextLookAt: new Date(reminders(deadline)[0]!.at),
    });
    await tx.manager.insert(RightsRequest, request);
    const { aggregateVersion } = await tx.append(rightsRequestReceived, {
      subject: id,
      data: {
        ...requestIds(request),
        ...(consentId === undefined ? {} : { consentId }),
        channel,
        ...(identityCheck === undefined ? {} : { identityCheck }),
        receivedAt: formatInstant(at),
        ...told,
      },
      context,
      protocolId,
    });
    if (right === 'objection' && subjectRef !== undefined) await tx.query(beginBarrier, [id, aggregateVersion]);
  }
}

function assertShape({ right, consentId }: ReceiveRightsRequest, at: number, now: number): void {
  const faults = [];
  if (at > now) faults.push({ in: 'body' as const, name: '/receivedAt', detail: 'must not lie in the future' });
  if ((right === 'withdrawal') !== (consentId !== undefined)) {
    faults.push({ in: 'body' as const, name: '/consentId', detail: 'goes with withdrawal, and only with it' });
  }
  if (faults.length === 0) return;
  throw new DomainError('INPUT_INVALID', 'The request does not have the required shape', { faults });
}
