import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { userAuthorized, type AuthorizeUserRequest, type UserAuthorizationView } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import { KeyedReferences, type CommandAnswer } from '@convenant/platform';
import { applyDecisions } from '@convenant/protocol';
import { Party } from '../db/party.entity.js';
import { UserAuthorization } from '../db/user-authorization.entity.js';
import { stateAt } from '../domain/protocol-history.js';
import { authorizationFault, partyOfUsers, userRules } from '../domain/user-authorization.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { GetUserAuthorizations } from './get-user-authorizations.use-case.js';
import { instantOf } from './instants.js';
import { ProtocolStore } from './protocol-store.js';

/**
 * Lets a party authorise one natural person for a task under a protocol: known by the issuer of the party's tokens, with a
 * supervisor, from a date to a date, for the items that the task needs. Who it is stays here.
 *
 * Two authorisations for the same task do not run at once: the later one is given when the earlier is revoked or over.
 */
@Injectable()
export class AuthorizeUser {
  constructor(
    private readonly dataSource: DataSource,
    private readonly office: ActingOffice,
    private readonly store: ProtocolStore,
    private readonly commands: CommandRunner,
    private readonly references: KeyedReferences,
    private readonly authorizations: GetUserAuthorizations,
  ) {}

  /**
   * @throws DomainError NOT_FOUND (protocol), FORBIDDEN (not the dpo of the party whose users look up), INPUT_INVALID,
   *   TRANSITION_ILLEGAL (the protocol is not in force, or speaks of no users), CONFLICT (authorised for that task already)
   */
  async execute(request: AuthorizeUserRequest, call: CommandCall): Promise<CommandAnswer<UserAuthorizationView>> {
    const parties = await this.store.partiesFor(request.protocolId, call.party);
    await this.office.dpoOf(parties[partyOfUsers], call);
    const party = await this.dataSource.getRepository(Party).findOneByOrFail({ id: parties[partyOfUsers] });
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      // With the protocol: an ending that is being recorded comes first or after, never in between.
      aggregates: [id, request.protocolId],
      work: async (tx) => {
        await this.authorize(tx, id, request, party, call);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.authorizations.one(result['id'] as string, call),
    });
  }

  private async authorize(
    tx: WriteTransaction,
    id: string,
    request: AuthorizeUserRequest,
    { id: partyId, issuer }: Party,
    { context }: CommandCall,
  ): Promise<void> {
    const { protocolId, sub, unit, task, capacity, secrecy, items, supervisor } = request;
    const { version, model } = await this.inForce(tx, protocolId);
    const { clause, scopeSource } = userRules(model)!;
    const from = instantOf(request.validFrom, '/validFrom', tx.now);
    const until = instantOf(request.validUntil, '/validUntil', tx.now);
    const fault = authorizationFault(request, model, { from, until, now: tx.now });
    if (fault) throw new DomainError('INPUT_INVALID', 'The protocol does not allow this authorisation', fault);

    const userRef = this.references.userRef(issuer, sub);
    const standing = { protocolId, userRef, task, revokedAt: IsNull(), validUntil: MoreThan(new Date(tx.now)) };
    if (await tx.manager.existsBy(UserAuthorization, standing)) {
      throw new DomainError('CONFLICT', `This person is authorised for ${task} already: revoke that first`, { clause });
    }
    const supervisorRef = 'sub' in supervisor ? this.references.userRef(issuer, supervisor.sub) : null;
    const ids = { partyId, protocolId, protocolVersion: version, userRef };
    const granted = { unit, task, capacity, secrecy, items, scopeSource };
    await tx.manager.insert(UserAuthorization, {
      id,
      ...ids,
      ...granted,
      issuer,
      sub,
      supervisorSub: 'sub' in supervisor ? supervisor.sub : null,
      supervisorRef,
      supervisorOffice: 'office' in supervisor ? supervisor.office : null,
      validFrom: new Date(from),
      validUntil: new Date(until),
      clause,
      authorizedAt: new Date(tx.now),
    });
    await tx.append(userAuthorized, {
      subject: id,
      data: {
        authorizationId: id,
        ...ids,
        ...granted,
        supervisor: 'office' in supervisor ? { office: supervisor.office } : { userRef: supervisorRef! },
        validFrom: formatInstant(from),
        validUntil: formatInstant(until),
        clause,
      },
      context,
      protocolId,
      protocolVersion: version,
      clause,
    });
  }

  private async inForce(tx: WriteTransaction, protocolId: string) {
    const { current, ended } = stateAt(await this.store.history(protocolId, tx.manager), tx.now);
    if (current === null || ended !== null) {
      throw new DomainError(
        'TRANSITION_ILLEGAL',
        `Protocol ${protocolId} is not in force: nobody is authorised under it`,
      );
    }
    const { model } = applyDecisions(current.model, current.decisions);
    if (userRules(model) === null) {
      throw new DomainError(
        'TRANSITION_ILLEGAL',
        `Protocol ${protocolId} knows no users: nothing is looked up under it`,
      );
    }
    return { version: current.version, model };
  }
}
