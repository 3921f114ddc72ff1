import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { ConsultationView } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import type { ConsultationRow } from '../db/consultation.statements.js';
import type { NoticeRow } from '../db/notice.statements.js';
import type { CommandCall } from './command-call.js';
import { noticeKeysOf } from './escalation.js';
import { consultationOf, GetConsultation } from './get-consultation.use-case.js';

/** Runs a command on an open consultation of the caller's party, alone on it, and answers it as it stands then. */
@Injectable()
export class ConsultationCommand {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(GetConsultation) private readonly getConsultation: GetConsultation,
  ) {}

  /** @throws DomainError NOT_FOUND; CONFLICT when it has been closed; what `work` throws */
  execute(
    id: string,
    call: CommandCall,
    work: (tx: WriteTransaction, consultation: ConsultationRow, notice: NoticeRow) => Promise<void>,
  ): Promise<CommandAnswer<ConsultationView>> {
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const { consultation, notice } = await consultationOf(tx, id, call.party);
        if (consultation.closed_at !== null) {
          throw new DomainError('CONFLICT', `Consultation ${id} has been closed`, { clause: consultation.clause });
        }
        await work(tx, consultation, notice);
        return { status: 201, result: {} };
      },
      answer: () => this.getConsultation.execute(id, call.party),
    });
  }
}

/** What every event of a consultation carries beside its own data. */
export function consultationEvent({ id, clause }: ConsultationRow, notice: NoticeRow, { party, context }: CommandCall) {
  return {
    keys: { consultationId: id, ...noticeKeysOf(notice), byParty: party, clause },
    envelope: {
      subject: id,
      context,
      protocolId: notice.protocol_id,
      protocolVersion: notice.protocol_version,
      clause,
    },
  };
}
