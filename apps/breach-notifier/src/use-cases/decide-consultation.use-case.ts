import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { consultationDecided, type ConsultationView, type DecideConsultationRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { insertDecision } from '../db/consultation.statements.js';
import type { CommandCall } from './command-call.js';
import { ConsultationCommand, consultationEvent } from './consultation-command.js';

/** Records a decision of the consultation: coded, with its actions and who is to act; the minutes as a hash. */
@Injectable()
export class DecideConsultation {
  constructor(@Inject(ConsultationCommand) private readonly command: ConsultationCommand) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (closed), INPUT_INVALID (an actor that is neither party) */
  execute(id: string, request: DecideConsultationRequest, call: CommandCall): Promise<CommandAnswer<ConsultationView>> {
    return this.command.execute(id, call, async (tx, consultation, notice) => {
      const { decision, actions, minutesHash } = request;
      const actor = request.actor ?? null;
      if (actor !== null && actor !== notice.party_id && actor !== notice.counterparty) {
        throw new DomainError('INPUT_INVALID', 'Only one of the two parties can be asked to act', {
          clause: consultation.clause,
          faults: [{ in: 'body', name: '/actor', detail: 'must be one of the two parties of the consultation' }],
        });
      }
      const decisionId = newId();
      const decidedAt = formatInstant(tx.now);
      const byParty = call.party;
      await tx.query(
        insertDecision({
          id: decisionId,
          consultationId: id,
          decision,
          actions,
          actor,
          byParty,
          minutesHash,
          decidedAt,
        }),
      );
      const { keys, envelope } = consultationEvent(consultation, notice, call);
      const what = { decisionId, decision, actions, ...(actor === null ? {} : { actor }), minutesHash, decidedAt };
      await tx.append(consultationDecided, { ...envelope, data: { ...keys, ...what } });
    });
  }
}
