import { Injectable } from '@nestjs/common';
import { DomainError, newId } from '@convenant/kernel';
import { partyRegistered, type PartyView, type RegisterPartyRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import { KeyedReferences, trustIssuer, type CommandAnswer } from '@convenant/platform';
import { partyIdentity, type PartyIdentity } from '../domain/party-identity.js';
import { PartyContact, PartyDpo, PartyTopics } from '../db/party.entity.js';
import { PartyTopicsSignal } from '../kafka/party-topics-signal.js';
import type { CommandCall } from './command-call.js';
import { Parties } from './parties.js';

/**
 * Lets a public body take part: its identity, the issuer whose tokens speak for it from now on, its functional contacts and
 * its first data protection officer.
 *
 * The enterprise number with the unit is unique, but it is no key: the party gets an id of its own. Its topics follow: that they
 * are due is part of the same transaction.
 */
@Injectable()
export class RegisterParty {
  constructor(
    private readonly commands: CommandRunner,
    private readonly parties: Parties,
    private readonly references: KeyedReferences,
    private readonly topics: PartyTopicsSignal,
  ) {}

  /** @throws DomainError IDENTIFIER_INVALID (check digits), PARTY_EXISTS */
  async execute(request: RegisterPartyRequest, call: CommandCall): Promise<CommandAnswer<PartyView>> {
    const identity = partyIdentity(request.enterpriseNumber, request.unitCode);
    if (identity === null) {
      throw new DomainError('IDENTIFIER_INVALID', 'The enterprise number has wrong check digits', {
        faults: [
          {
            in: 'body',
            name: '/enterpriseNumber',
            detail: 'must be an enterprise number (KBO) with fitting check digits',
          },
        ],
      });
    }
    const id = newId();
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await this.register(tx, id, identity, request, call);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.parties.view(result['id'] as string),
    });
    this.topics.wake();
    return answer;
  }

  private async register(
    tx: WriteTransaction,
    id: string,
    identity: PartyIdentity,
    request: RegisterPartyRequest,
    { context }: CommandCall,
  ): Promise<void> {
    const { name, issuer, jwksUri, contacts, firstDpo } = request;
    const { enterpriseNumber, unitCode } = identity;
    const inserted = await tx.query<{ id: string }>(
      `INSERT INTO party (id, name, enterprise_number, unit_code, issuer, jwks_uri, registered_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT ON CONSTRAINT party_identity DO NOTHING RETURNING id`,
      [id, name, enterpriseNumber, unitCode, issuer, jwksUri, new Date(tx.now)],
    );
    if (inserted.length === 0) {
      throw new DomainError('PARTY_EXISTS', 'A party with this enterprise number and unit is registered already');
    }
    await tx.manager.upsert(
      PartyContact,
      contacts.map(({ role, mailbox }) => ({ partyId: id, role, mailbox })),
      ['partyId', 'role', 'mailbox'],
    );
    const userRef = this.references.userRef(issuer, firstDpo.sub);
    await tx.manager.insert(PartyDpo, { partyId: id, userRef, sub: firstDpo.sub });
    await tx.manager.insert(PartyTopics, { partyId: id, madeAt: null });
    await trustIssuer(tx, { partyId: id, issuer, jwksUri });
    await tx.append(partyRegistered, {
      subject: id,
      data: {
        partyId: id,
        name,
        enterpriseNumber,
        ...(unitCode === null ? {} : { unitCode }),
        issuer,
        jwksUri,
        contacts,
      },
      context,
    });
  }
}
