import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { informationDutyAdvanced } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { informationDue } from '@convenant/protocol';
import { InformationDuty } from '../db/information-duty.entity.js';
import { dutyIdOf } from '../domain/duty-id.js';
import { dutyIds } from './information-duties.js';

/**
 * The receiver has passed on what it received: the person is to be informed by then at the latest. Only the first onward
 * disclosure counts; a duty that is fulfilled or exempted stays so.
 *
 * @see GDPR Art. 14(3)(c)
 */
@Injectable()
export class NoteOnwardDisclosure {
  async execute(
    tx: WriteTransaction,
    disclosureId: string,
    disclosedAt: number,
    context: CommandContext,
  ): Promise<void> {
    const id = dutyIdOf(disclosureId);
    const duty = await tx.manager.findOneBy(InformationDuty, { id, state: 'open' });
    if (duty === null) return;
    // Of an unconfirmed delivery the duty may begin only after it had in fact arrived.
    const at = Math.max(disclosedAt, duty.obtainedAt.getTime());
    if (duty.onwardDisclosureAt !== null && duty.onwardDisclosureAt.getTime() <= at) return;
    const { dueAt, because } = informationDue(duty.obtainedAt.getTime(), {
      firstCommunication: duty.firstCommunicationAt?.getTime() ?? null,
      onwardDisclosure: at,
    });
    const due = { onwardDisclosureAt: new Date(at), dueAt: new Date(dueAt), dueBecause: because };
    await tx.manager.update(InformationDuty, { id }, due);
    await tx.append(informationDutyAdvanced, {
      subject: id,
      data: {
        ...dutyIds(duty),
        milestone: 'onwardDisclosure',
        at: formatInstant(at),
        dueAt: formatInstant(dueAt),
      },
      context,
      protocolId: duty.protocolId,
    });
  }
}
