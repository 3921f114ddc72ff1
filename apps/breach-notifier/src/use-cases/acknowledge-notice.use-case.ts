import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { counterpartyAcknowledged, type AcknowledgeNoticeRequest, type BreachNoticeView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { insertAcknowledgement, selectNotice, setAcknowledged, type NoticeRow } from '../db/notice.statements.js';
import { iso, notFound, type CommandCall } from './command-call.js';
import { noticeKeysOf } from './escalation.js';
import { instantOf } from './instants.js';
import { NoticeViews } from './notice-views.js';

/**
 * Records that a party received a notice: the counterparty, which ends the wait for it, or the breached party for its copy.
 * Each once. Sent and received instants stand side by side in the event.
 */
@Injectable()
export class AcknowledgeNotice {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(NoticeViews) private readonly views: NoticeViews,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID (an instant that cannot be), CONFLICT (acknowledged already) */
  execute(id: string, request: AcknowledgeNoticeRequest, call: CommandCall): Promise<CommandAnswer<BreachNoticeView>> {
    const { party, context } = call;
    const received = instantOf(request.receivedAt, '/receivedAt', null);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const [notice] = await tx.query<NoticeRow>(selectNotice(id, party));
        if (notice === undefined) throw notFound('notice', id);
        if (received !== null && (received > tx.now || received < notice.decided_at.getTime())) {
          throw new DomainError('INPUT_INVALID', 'The instant of receipt cannot be', {
            clause: notice.clause,
            faults: [{ in: 'body', name: '/receivedAt', detail: 'must lie between the notice and now' }],
          });
        }
        const at = formatInstant(tx.now);
        const receivedAt = formatInstant(received ?? tx.now);
        if ((await tx.query(insertAcknowledgement(id, party, receivedAt, at))).length === 0) {
          throw new DomainError('CONFLICT', `Your party has acknowledged notice ${id} already`);
        }
        if (party === notice.counterparty) await tx.query(setAcknowledged(id, at));
        await tx.append(counterpartyAcknowledged, {
          subject: id,
          data: {
            ...noticeKeysOf(notice),
            byParty: party,
            clause: notice.clause,
            ...(notice.notified_at === null ? {} : { sentAt: iso(notice.notified_at) }),
            receivedAt,
            acknowledgedAt: at,
          },
          context,
          protocolId: notice.protocol_id,
          protocolVersion: notice.protocol_version,
          clause: notice.clause,
        });
        return { status: 201, result: {} };
      },
      answer: () => this.views.get(id, party),
    });
  }
}
