import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { AlertsView } from '@convenant/contracts';
import { Alert } from '../../db/governance.entities.js';
import type { OfficerMail } from '../../db/officer-mail.entity.js';
import { officerMailStates } from '../../db/officer-mail.statements.js';
import { ProtocolStore } from '../protocol-store.js';

/** Most alerts that one answer shows. */
const SHOWN = 500;

/** What is and was amiss under a protocol, for its two parties: standing alerts first. */
@Injectable()
export class GetAlerts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async execute(protocolId: string, party: string | null): Promise<AlertsView> {
    await this.store.partiesFor(protocolId, party);
    const order = { clearedAt: { direction: 'DESC', nulls: 'FIRST' }, id: 'DESC' } as const;
    const alerts = await this.dataSource.getRepository(Alert).find({ where: { protocolId }, order, take: SHOWN });
    const mails: { reference: string; state: OfficerMail['state'] }[] = await this.dataSource.query(
      officerMailStates.text,
      [alerts.map(({ id }) => id)],
    );
    const mailed = new Map(mails.map(({ reference, state }) => [reference, state]));
    return {
      items: alerts.map(({ id, party: owner, code, about, clause, since, raisedAt, clearedAt }) => ({
        id,
        protocolId,
        party: owner,
        code,
        ...(about === null ? {} : { about }),
        ...(clause === null ? {} : { clause }),
        since: formatInstant(since.getTime()),
        raisedAt: formatInstant(raisedAt.getTime()),
        ...(mailed.has(id) ? { mail: mailed.get(id)! } : {}),
        ...(clearedAt === null ? {} : { clearedAt: formatInstant(clearedAt.getTime()) }),
      })),
    };
  }
}
