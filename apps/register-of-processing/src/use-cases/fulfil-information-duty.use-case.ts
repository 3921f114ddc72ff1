import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import {
  informationDutyFulfilled,
  type FulfilInformationRequest,
  type InformationDutyView,
} from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { InformationDuty } from '../db/information-duty.entity.js';
import type { CommandCall } from './command-call.js';
import { dutyIds, InformationDuties, isLateFor } from './information-duties.js';
import { instantOf } from './instants.js';

/** Records how and when the receiver informed the person. Late is accepted and said. @see GDPR Art. 14(1) to (3) */
@Injectable()
export class FulfilInformation {
  constructor(
    private readonly commands: CommandRunner,
    private readonly duties: InformationDuties,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (informed or exempted before), INPUT_INVALID (in the future) */
  async execute(
    id: string,
    { means, noticeVersion, informedAt }: FulfilInformationRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<InformationDutyView>> {
    await this.duties.one(id, call.party);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const duty = await this.duties.open(id, call.party, tx.manager);
        const at = instantOf(informedAt, '/informedAt', tx.now);
        if (at > tx.now) {
          throw new DomainError('INPUT_INVALID', 'Nobody has been informed in the future', {
            faults: [{ in: 'body', name: '/informedAt', detail: 'must not lie in the future' }],
          });
        }
        const late = isLateFor(duty, at);
        const done = { means, noticeVersion: noticeVersion ?? null, informedAt: new Date(at), late };
        await tx.manager.update(InformationDuty, { id }, { state: 'fulfilled', ...done });
        await tx.append(informationDutyFulfilled, {
          subject: id,
          data: {
            ...dutyIds(duty),
            means,
            ...(noticeVersion === undefined ? {} : { noticeVersion }),
            informedAt: formatInstant(at),
            late,
          },
          context: call.context,
          protocolId: duty.protocolId,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.duties.view(id, call.party),
    });
  }
}
