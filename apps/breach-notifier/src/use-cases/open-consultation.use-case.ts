import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, newId } from '@convenant/kernel';
import { consultationOpened, type ConsultationView, type OpenConsultationRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { insertConsultation } from '../db/consultation.statements.js';
import type { CommandCall } from './command-call.js';
import { noticeKeysOf } from './escalation.js';
import { GetConsultation } from './get-consultation.use-case.js';
import { KnownLedger } from './known-ledger.js';
import { NoticeViews } from './notice-views.js';

/** Opens the joint consultation on limiting and repairing the consequences; either party may, as often as needed. */
@Injectable()
export class OpenConsultation {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(NoticeViews) private readonly notices: NoticeViews,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(GetConsultation) private readonly getConsultation: GetConsultation,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a notice between others */
  async execute(
    noticeId: string,
    { topics }: OpenConsultationRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ConsultationView>> {
    const { party, context } = call;
    const notice = await this.notices.row(noticeId, party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const protocol = (await this.ledger.protocols(tx, [notice.protocol_id])).get(notice.protocol_id);
        const clause = protocol?.model.breach?.consultation?.clause ?? notice.clause;
        const openedAt = formatInstant(tx.now);
        await tx.query(insertConsultation({ id, noticeId, clause, topics, openedBy: party, openedAt }));
        await tx.append(consultationOpened, {
          subject: id,
          data: { consultationId: id, ...noticeKeysOf(notice), byParty: party, clause, topics, openedAt },
          context,
          protocolId: notice.protocol_id,
          protocolVersion: notice.protocol_version,
          clause,
        });
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getConsultation.execute(result['id'] as string, party),
    });
  }
}
