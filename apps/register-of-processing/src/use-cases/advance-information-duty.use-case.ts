import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import {
  informationDutyAdvanced,
  type AdvanceInformationRequest,
  type InformationDutyView,
} from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { informationDue } from '@convenant/protocol';
import { InformationDuty } from '../db/information-duty.entity.js';
import type { CommandCall } from './command-call.js';
import { dutyIds, InformationDuties } from './information-duties.js';
import { instantOf } from './instants.js';

/**
 * Records the first communication with the person, or the first onward disclosure, planned or made: the notice is due then
 * if that is before the month is over. A planned one may be moved until the person is informed.
 *
 * @see GDPR Art. 14(3)(b), (c)
 */
@Injectable()
export class AdvanceInformation {
  constructor(
    private readonly commands: CommandRunner,
    private readonly duties: InformationDuties,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (informed or exempted before), INPUT_INVALID (before the data arrived) */
  async execute(
    id: string,
    { milestone, at: instant }: AdvanceInformationRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<InformationDutyView>> {
    await this.duties.one(id, call.party);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const duty = await this.duties.open(id, call.party, tx.manager);
        const at = instantOf(instant, '/at', duty.obtainedAt.getTime());
        if (at < duty.obtainedAt.getTime()) {
          throw new DomainError('INPUT_INVALID', `Information duty ${id} begins when the data arrive`, {
            faults: [{ in: 'body', name: '/at', detail: 'must not lie before the data arrived' }],
          });
        }
        const milestones = {
          firstCommunication: duty.firstCommunicationAt?.getTime() ?? null,
          onwardDisclosure: duty.onwardDisclosureAt?.getTime() ?? null,
          [milestone]: at,
        };
        const { dueAt, because } = informationDue(duty.obtainedAt.getTime(), milestones);
        await tx.manager.update(
          InformationDuty,
          { id },
          {
            ...(milestone === 'firstCommunication'
              ? { firstCommunicationAt: new Date(at) }
              : { onwardDisclosureAt: new Date(at) }),
            dueAt: new Date(dueAt),
            dueBecause: because,
          },
        );
        await tx.append(informationDutyAdvanced, {
          subject: id,
          data: { ...dutyIds(duty), milestone, at: formatInstant(at), dueAt: formatInstant(dueAt) },
          context: call.context,
          protocolId: duty.protocolId,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.duties.view(id, call.party),
    });
  }
}
