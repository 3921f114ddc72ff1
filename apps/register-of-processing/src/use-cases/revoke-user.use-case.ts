import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { userRevoked, type RevokeUserRequest, type UserAuthorizationView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { UserAuthorization } from '../db/user-authorization.entity.js';
import { nameCause, revokeAuthorization } from '../db/user-authorization.statements.js';
import type { CommandCall } from './command-call.js';
import { GetUserAuthorizations } from './get-user-authorizations.use-case.js';

/** Takes an authorisation back, once. Answered *enforcing*; *revoked* when transfer has said that nothing runs under it. */
@Injectable()
export class RevokeUser {
  constructor(
    private readonly commands: CommandRunner,
    private readonly authorizations: GetUserAuthorizations,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT (revoked before) */
  async execute(
    id: string,
    { reason }: RevokeUserRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<UserAuthorizationView>> {
    await this.authorizations.one(id, call);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const row = await tx.manager.findOneByOrFail(UserAuthorization, { id });
        const { partyId, protocolId, protocolVersion, userRef, clause, revokedAt } = row;
        if (revokedAt !== null) {
          const at = formatInstant(revokedAt.getTime());
          throw new DomainError('CONFLICT', `User authorisation ${id} was revoked at ${at}`, { clause });
        }
        const at = formatInstant(tx.now);
        await tx.query(revokeAuthorization, [id, reason, at]);
        const { aggregateVersion } = await tx.append(userRevoked, {
          subject: id,
          data: { authorizationId: id, partyId, protocolId, userRef, reason, revokedAt: at, clause },
          context: call.context,
          protocolId,
          protocolVersion,
          clause,
        });
        await tx.query(nameCause, [id, aggregateVersion]);
        return { status: 201, result: { id } };
      },
      answer: () => this.authorizations.one(id, call),
    });
  }
}
