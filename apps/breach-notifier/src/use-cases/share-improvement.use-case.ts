import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, newId } from '@convenant/kernel';
import { improvementShared, type ImprovementView, type ShareImprovementRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { insertImprovement, selectImprovement, type ImprovementRow } from '../db/consultation.statements.js';
import { Database } from '../db/database.js';
import { iso, notFound, type CommandCall } from './command-call.js';
import { noticeKeysOf } from './escalation.js';
import { KnownLedger } from './known-ledger.js';
import { NoticeViews } from './notice-views.js';

/** What one party tells the other to improve security. The note stays here, for the two; the event carries its hash. */
@Injectable()
export class ShareImprovement {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(NoticeViews) private readonly notices: NoticeViews,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a notice between others */
  async execute(
    noticeId: string,
    { measure, note }: ShareImprovementRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ImprovementView>> {
    const { party: byParty, context } = call;
    const notice = await this.notices.row(noticeId, byParty);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const protocol = (await this.ledger.protocols(tx, [notice.protocol_id])).get(notice.protocol_id);
        const clause = protocol?.model.breach?.improvement?.clause ?? notice.clause;
        const noteHash = createHash('sha256').update(note).digest('hex');
        const sharedAt = formatInstant(tx.now);
        await tx.query(insertImprovement({ id, noticeId, clause, byParty, measure, note, noteHash, sharedAt }));
        await tx.append(improvementShared, {
          subject: id,
          data: { improvementId: id, ...noticeKeysOf(notice), byParty, clause, measure, noteHash, sharedAt },
          context,
          protocolId: notice.protocol_id,
          protocolVersion: notice.protocol_version,
          clause,
        });
        return { status: 201, result: { id } };
      },
      answer: (result) => this.get(result['id'] as string, byParty),
    });
  }

  /** @throws DomainError NOT_FOUND, also for what others shared */
  async get(id: string, party: string): Promise<ImprovementView> {
    const [row] = await this.database.query<ImprovementRow>(selectImprovement(id));
    if (row === undefined) throw notFound('improvement', id);
    await this.notices.row(row.notice_id, party);
    return {
      id,
      noticeId: row.notice_id,
      clause: row.clause,
      byParty: row.by_party,
      measure: row.measure,
      note: row.note,
      noteHash: row.note_hash,
      sharedAt: iso(row.shared_at),
    };
  }
}
