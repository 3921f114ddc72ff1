import { Inject, Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { consultationClosed, type CloseConsultationRequest, type ConsultationView } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { closeConsultationRow, selectDecisions } from '../db/consultation.statements.js';
import type { CommandCall } from './command-call.js';
import { ConsultationCommand, consultationEvent } from './consultation-command.js';

/** Closes the consultation, with the hash of its minutes. */
@Injectable()
export class CloseConsultation {
  constructor(@Inject(ConsultationCommand) private readonly command: ConsultationCommand) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (closed already) */
  execute(id: string, request: CloseConsultationRequest, call: CommandCall): Promise<CommandAnswer<ConsultationView>> {
    return this.command.execute(id, call, async (tx, consultation, notice) => {
      const { minutesHash } = request;
      const closedAt = formatInstant(tx.now);
      await tx.query(closeConsultationRow(id, call.party, closedAt, minutesHash));
      const decisions = (await tx.query(selectDecisions(id))).length;
      const { keys, envelope } = consultationEvent(consultation, notice, call);
      await tx.append(consultationClosed, { ...envelope, data: { ...keys, decisions, minutesHash, closedAt } });
    });
  }
}
