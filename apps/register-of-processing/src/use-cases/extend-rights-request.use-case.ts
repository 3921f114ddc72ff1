import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { rightsRequestExtended, type ExtendRightsRequest, type RightsRequestView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { extensionFault, reminders } from '@convenant/protocol';
import { RightsRequest } from '../db/rights-request.entity.js';
import { dueDates, factsOf, requestIds } from '../domain/rights-view.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { instantOf } from './instants.js';
import { assertLawful, RightsRequests } from './rights-requests.js';

/** Gives the party two months more, where it told the person so, with reasons, within the first. @see GDPR Art. 12(3) */
@Injectable()
export class ExtendRights {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly requests: RightsRequests,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID, CONFLICT, TRANSITION_ILLEGAL (told too late) */
  async execute(id: string, body: ExtendRightsRequest, call: CommandCall): Promise<CommandAnswer<RightsRequestView>> {
    await this.requests.one(id, call.party);
    const party = await this.office.party(call);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const request = await this.requests.one(id, party, tx.manager);
        const toldAt = instantOf(body.toldAt, '/toldAt', tx.now);
        const facts = factsOf(request, await this.requests.isIdentifiable(request.subjectRef, tx.manager));
        assertLawful(id, extensionFault(facts, toldAt, tx.now));
        const { deadline, told, kept } = dueDates({ ...facts, extendedAt: toldAt });
        const nextLookAt = new Date(reminders(deadline)[0]!.at);
        const extension = { extensionReasons: body.reasons, extendedAt: new Date(toldAt) };
        await tx.manager.update(RightsRequest, { id }, { ...extension, ...kept, reminded: null, nextLookAt });
        await tx.append(rightsRequestExtended, {
          subject: id,
          data: { ...requestIds(request), reasons: body.reasons, toldAt: formatInstant(toldAt), ...told },
          context: call.context,
          protocolId: request.protocolId,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.requests.view(id, party),
    });
  }
}
