import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { UserAuthorizationsPage, UserAuthorizationsQuery, UserAuthorizationView } from '@convenant/contracts';
import { UserAuthorization } from '../db/user-authorization.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';

const DEFAULT_PAGE = 50;

/** Authorisations with whom they are for: for the data protection officer of the party, and for nobody else. */
@Injectable()
export class GetUserAuthorizations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly office: ActingOffice,
  ) {}

  /** @throws DomainError NOT_FOUND (also for one of another party), FORBIDDEN */
  async one(id: string, call: Pick<CommandCall, 'party' | 'roles' | 'userRef'>): Promise<UserAuthorizationView> {
    const partyId = await this.office.dpo(call);
    const found = await this.dataSource.getRepository(UserAuthorization).findOneBy({ id, partyId });
    if (found === null) throw new DomainError('NOT_FOUND', `There is no user authorisation ${id}`);
    return viewOf(found);
  }

  /** Newest first. @throws DomainError FORBIDDEN */
  async page(
    { protocolId, after, limit = DEFAULT_PAGE }: UserAuthorizationsQuery,
    call: Pick<CommandCall, 'party' | 'roles' | 'userRef'>,
  ): Promise<UserAuthorizationsPage> {
    const partyId = await this.office.dpo(call);
    const found = await this.dataSource.getRepository(UserAuthorization).find({
      where: { partyId, ...(protocolId ? { protocolId } : {}), ...(after ? { id: LessThan(after) } : {}) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const shown = found.slice(0, limit);
    return { items: shown.map(viewOf), ...(found.length > limit ? { next: shown.at(-1)!.id } : {}) };
  }
}

function viewOf(row: UserAuthorization): UserAuthorizationView {
  const { id, partyId: party, protocolId, userRef, issuer, sub, unit, task, capacity, secrecy, items, clause } = row;
  const { scopeSource, protocolVersion, supervisorOffice, supervisorRef, supervisorSub } = row;
  return {
    ...{ id, party, protocolId, userRef, person: { issuer, sub }, unit, task, capacity, secrecy, items },
    ...{ scopeSource, protocolVersion, clause },
    supervisor:
      supervisorOffice === null ? { userRef: supervisorRef!, sub: supervisorSub! } : { office: supervisorOffice },
    validFrom: formatInstant(row.validFrom.getTime()),
    validUntil: formatInstant(row.validUntil.getTime()),
    state: row.revokedAt === null ? 'authorized' : row.enforcedAt === null ? 'enforcing' : 'revoked',
    authorizedAt: formatInstant(row.authorizedAt.getTime()),
    ...(row.revokedAt === null
      ? {}
      : {
          revocation: {
            reason: row.reason!,
            revokedAt: formatInstant(row.revokedAt.getTime()),
            ...(row.enforcedAt === null
              ? {}
              : { enforcedAt: formatInstant(row.enforcedAt.getTime()), latencyMs: row.latencyMs! }),
          },
        }),
  };
}
