import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { PartyView } from '@convenant/contracts';
import type { PartyRole } from '@convenant/protocol';
import { Party, PartyContact, PartyDpo } from '../db/party.entity.js';

/** Registered parties as they are shown, and what other commands ask about them. */
@Injectable()
export class Parties {
  constructor(private readonly dataSource: DataSource) {}

  async view(id: string): Promise<PartyView> {
    const [view] = await this.views([await this.dataSource.getRepository(Party).findOneByOrFail({ id })]);
    return view!;
  }

  async views(parties: readonly Party[]): Promise<PartyView[]> {
    const contacts = await this.dataSource.getRepository(PartyContact).find({
      where: { partyId: In(parties.map(({ id }) => id)) },
      order: { role: 'ASC', mailbox: 'ASC' },
    });
    return parties.map(({ id, name, enterpriseNumber, unitCode, issuer, registeredAt }) => ({
      id,
      name,
      enterpriseNumber,
      ...(unitCode === null ? {} : { unitCode }),
      issuer,
      contacts: contacts.filter(({ partyId }) => partyId === id).map(({ role, mailbox }) => ({ role, mailbox })),
      registeredAt: formatInstant(registeredAt.getTime()),
    }));
  }

  /**
   * The two registered parties of a protocol.
   * @throws DomainError PARTY_UNKNOWN
   */
  async pair(ids: Readonly<Record<PartyRole, string>>): Promise<Record<PartyRole, Party>> {
    const of = async (role: PartyRole): Promise<Party> => {
      const party = await this.dataSource.getRepository(Party).findOneBy({ id: ids[role] });
      if (party !== null) return party;
      throw new DomainError('PARTY_UNKNOWN', `The ${role} is not registered`, {
        faults: [{ in: 'body', name: `/parties/${role}`, detail: 'must be the id of a registered party' }],
      });
    };
    return { sender: await of('sender'), receiver: await of('receiver') };
  }

  /** True for the officer that was named when the party was registered. */
  async isFirstDpo(partyId: string, userRef: string): Promise<boolean> {
    return this.dataSource.getRepository(PartyDpo).existsBy({ partyId, userRef });
  }
}
