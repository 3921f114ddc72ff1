import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { CommandCall } from './command-call.js';
import { Parties } from './parties.js';

/** As far as an office goes. */
type Caller = Pick<CommandCall, 'party' | 'roles' | 'userRef'>;

/** Who may act for a party in matters of its protocols: its data protection officer, or one of its signatories. */
@Injectable()
export class ActingOffice {
  constructor(private readonly parties: Parties) {}

  /**
   * The party for which somebody in such an office acts; the officer named at its registration counts without the role.
   * @throws DomainError FORBIDDEN
   */
  async party(call: Caller): Promise<string> {
    return this.assert(call, ['dpo', 'signatory']);
  }

  /**
   * The party whose data protection officer acts.
   * @throws DomainError FORBIDDEN
   */
  async dpo(call: Caller): Promise<string> {
    return this.assert(call, ['dpo']);
  }

  /**
   * The party for which somebody in such an office acts, or one of its own systems, where a message by Kafka does the same.
   * @throws DomainError FORBIDDEN
   */
  async partyOrSystem(call: Caller): Promise<string> {
    return this.assert(call, ['dpo', 'signatory', 'agency']);
  }

  /**
   * The party whose register of processing activities somebody may read: its officer, its operators, an auditor of it.
   * @throws DomainError FORBIDDEN
   */
  async reader(call: Caller): Promise<string> {
    return this.assert(call, ['dpo', 'ops', 'auditor']);
  }

  /**
   * Guarantees that the data protection officer of this party acts.
   * @throws DomainError FORBIDDEN
   */
  async dpoOf(party: string, call: Caller): Promise<void> {
    if ((await this.assert(call, ['dpo'])) !== party) throw new DomainError('FORBIDDEN', 'This is for that party');
  }

  private async assert({ party, roles, userRef }: Caller, offices: readonly string[]): Promise<string> {
    if (party !== null) {
      if (roles.some((role) => offices.includes(role))) return party;
      if (await this.parties.isFirstDpo(party, userRef)) return party;
    }
    throw new DomainError('FORBIDDEN', `This is for ${offices.join(' or ')} of a party`);
  }
}
