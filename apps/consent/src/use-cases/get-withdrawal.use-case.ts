import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { WithdrawalView } from '@convenant/contracts';
import { withdrawalState } from '../domain/withdrawal-state.js';
import { Withdrawal, WithdrawnConsentRow } from '../db/withdrawal.entity.js';
import { KnownFacts, notFound } from './known-facts.js';

/** A withdrawal and how far it is enforced, for the sending party of its protocol. */
@Injectable()
export class GetWithdrawal {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: KnownFacts,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a withdrawal under a protocol of others */
  async execute(id: string, party: string): Promise<WithdrawalView> {
    const { manager } = this.dataSource;
    const withdrawal = await manager.findOneBy(Withdrawal, { id });
    if (withdrawal === null || !(await this.facts.isSender(withdrawal.protocolId, party))) {
      throw notFound('withdrawal', id);
    }
    const rows = await manager.find(WithdrawnConsentRow, { where: { withdrawalId: id }, order: { consentId: 'ASC' } });
    const { state, pending, enforcedAt, latencyMs, unconfirmed } = withdrawalState(
      rows.map(({ consentId, enforcedAt: at, latencyMs: latency, unconfirmed: open }) => ({
        consentId,
        enforcement:
          at === null || latency === null ? null : { enforcedAt: at.getTime(), latencyMs: latency, unconfirmed: open },
      })),
    );
    return {
      id,
      state,
      withdrawnAt: formatInstant(withdrawal.withdrawnAt.getTime()),
      consents: rows.map(({ consentId }) => consentId),
      pending,
      ...(enforcedAt === null ? {} : { enforcedAt: formatInstant(enforcedAt) }),
      ...(latencyMs === null ? {} : { latencyMs }),
      unconfirmed: [...unconfirmed],
    };
  }
}
