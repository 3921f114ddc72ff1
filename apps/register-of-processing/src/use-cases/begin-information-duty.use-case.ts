import { Injectable } from '@nestjs/common';
import { PermanentFailure, type WriteTransaction } from '@convenant/messaging';
import { informationDue } from '@convenant/protocol';
import { DisclosureFact } from '../db/disclosure-fact.entity.js';
import { InformationDuty } from '../db/information-duty.entity.js';
import { Protocol } from '../db/protocol.entity.js';
import { dutyIdOf } from '../domain/duty-id.js';

/** Begins the duty of the receiver to inform the person of what has arrived, once for each disclosure. @see GDPR Art. 14 */
@Injectable()
export class BeginInformationDuty {
  /** @throws PermanentFailure for a disclosure or protocol that is not known here */
  async execute(tx: WriteTransaction, disclosureId: string, obtainedAt: number): Promise<void> {
    const id = dutyIdOf(disclosureId);
    if (await tx.manager.existsBy(InformationDuty, { id })) return;
    const fact = await tx.manager.findOneBy(DisclosureFact, { disclosureId });
    const protocol = fact && (await tx.manager.findOneBy(Protocol, { id: fact.protocolId }));
    if (!fact || !protocol) {
      throw new PermanentFailure('disclosureUnknown', `Disclosure ${disclosureId} is not known here`);
    }
    const { protocolId, subjectRef } = fact;
    const due = informationDue(obtainedAt, { firstCommunication: null, onwardDisclosure: null });
    await tx.manager.insert(InformationDuty, {
      id,
      disclosureId,
      protocolId,
      subjectRef,
      party: protocol.receiver,
      state: 'open',
      obtainedAt: new Date(obtainedAt),
      dueAt: new Date(due.dueAt),
      dueBecause: due.because,
    });
  }
}
