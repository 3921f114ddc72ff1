import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { informationDutyExempted, type ExemptInformationRequest, type InformationDutyView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { InformationDuty } from '../db/information-duty.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { dutyIds, InformationDuties, isLateFor } from './information-duties.js';

/** Records that the person need not be informed, by which exemption, and what that rests on. @see GDPR Art. 14(5) */
@Injectable()
export class ExemptInformation {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly duties: InformationDuties,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT (informed or exempted before) */
  async execute(
    id: string,
    { exemption, basis }: ExemptInformationRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<InformationDutyView>> {
    await this.duties.one(id, call.party);
    await this.office.party(call);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const duty = await this.duties.open(id, call.party, tx.manager);
        const late = isLateFor(duty, tx.now);
        await tx.manager.update(InformationDuty, { id }, { state: 'exempted', exemption, basis, late });
        await tx.append(informationDutyExempted, {
          subject: id,
          data: { ...dutyIds(duty), exemption, basis, exemptedAt: formatInstant(tx.now), late },
          context: call.context,
          protocolId: duty.protocolId,
        });
        return { status: 201, result: { id } };
      },
      answer: () => this.duties.view(id, call.party),
    });
  }
}
