import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { rightsRequestRefused, type RefuseRightsRequest, type RightsRequestView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { refusalFault } from '@convenant/protocol';
import { RightsRequest } from '../db/rights-request.entity.js';
import { factsOf, isLate, remedies, requestIds } from '../domain/rights-view.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { assertLawful, RightsRequests } from './rights-requests.js';

/**
 * Refuses a request for reasons that the law gives, and tells the remedies with it. Late is accepted and said. A refused
 * objection stops nothing any more once transfer has read it.
 *
 * @see GDPR Art. 12(4), 12(5)
 */
@Injectable()
export class RefuseRights {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly requests: RightsRequests,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (a reason that is none for this right), CONFLICT */
  async execute(
    id: string,
    { reasons, evidenceHash }: RefuseRightsRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<RightsRequestView>> {
    await this.requests.one(id, call.party);
    const party = await this.office.party(call);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const request = await this.requests.one(id, party, tx.manager);
        const identifiable = await this.requests.isIdentifiable(request.subjectRef, tx.manager);
        assertLawful(id, refusalFault(factsOf(request, identifiable), reasons, evidenceHash !== undefined));
        const at = new Date(tx.now);
        const late = isLate(request, tx.now);
        const lifted = request.causedVersion === null ? {} : { liftedAt: at };
        const decision = {
          state: 'refused' as const,
          reasons,
          evidenceHash: evidenceHash ?? null,
          decidedAt: at,
          late,
        };
        await tx.manager.update(RightsRequest, { id }, { ...decision, ...lifted, nextLookAt: null });
        await tx.append(rightsRequestRefused, {
          subject: id,
          data: {
            ...requestIds(request),
            reasons,
            remedies: [...remedies],
            ...(evidenceHash === undefined ? {} : { evidenceHash }),
            refusedAt: formatInstant(tx.now),
            late,
          },
          context: call.context,
          protocolId: request.protocolId,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.requests.view(id, party),
    });
  }
}
