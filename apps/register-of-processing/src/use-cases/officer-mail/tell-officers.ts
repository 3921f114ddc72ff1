import { Injectable } from '@nestjs/common';
import { newId } from '@convenant/kernel';
import type { WriteTransaction } from '@convenant/messaging';
import { OfficerMail } from '../../db/officer-mail.entity.js';
import { officerMailsToCatchUp } from '../../db/officer-mail.statements.js';
import { Party, PartyContact } from '../../db/party.entity.js';
import { officerMail } from '../../domain/officer-mail/officer-mail.js';
import type { OfficerTopic } from '../../domain/officer-mail/officer-mail-texts.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { OfficerMailOptions } from './officer-mail-options.js';

/** What an officer is told, by ids. */
export interface OfficerNote {
  /** The party whose officer is told: the one that has to act. */
  readonly party: string;
  readonly topic: OfficerTopic;
  readonly phase?: 'raised' | 'resolved';
  readonly protocolId: string | null;
  readonly clause?: string | null;
  readonly about?: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The alert, notice, entry, contact or request. */
  readonly reference: string;
  /** Where it can be read, below the address of the installation. */
  readonly path: string;
}

/**
 * Writes to the data protection officer of a party, in the transaction of what is told: both are kept or neither. Only
 * mailboxes that somebody verified are written to; without one the note stands as it is until one is verified.
 */
@Injectable()
export class TellOfficers {
  constructor(
    private readonly governed: GovernedProtocol,
    private readonly options: OfficerMailOptions,
  ) {}

  /** Under the locks of what is told. */
  async tell(tx: WriteTransaction, note: OfficerNote): Promise<void> {
    const { party: partyId, topic, phase = 'raised', reference } = note;
    const mail = officerMail({
      party: (await tx.manager.findOneByOrFail(Party, { id: partyId })).name,
      topic,
      phase,
      protocol: await this.protocolOf(tx, note),
      about: note.about ?? null,
      at: note.at,
      reference,
      link: `${this.options.publicUrl ?? ''}${note.path}`,
    });
    const mailboxes: (string | null)[] = await this.mailboxesOf(tx, partyId);
    for (const mailbox of mailboxes.length === 0 ? [null] : mailboxes) {
      await tx.manager.insert(OfficerMail, {
        ...{ id: newId(), partyId, topic, phase, reference, mailbox, ...mail },
        writtenAt: new Date(tx.now),
        state: mailbox === null ? 'noContact' : 'due',
      });
    }
  }

  /** What could not be written for want of a mailbox, and still is so, is written now. */
  async catchUp(tx: WriteTransaction, partyId: string, mailbox: string): Promise<void> {
    await tx.query({ name: 'officer_mails_to_catch_up', text: officerMailsToCatchUp, values: [partyId, mailbox] });
  }

  private async mailboxesOf(tx: WriteTransaction, partyId: string): Promise<string[]> {
    const contacts = await tx.manager.find(PartyContact, {
      where: { partyId, role: 'dpo' },
      order: { mailbox: 'ASC' },
    });
    return contacts
      .filter(({ validUntil, lapsedAt }) => validUntil !== null && validUntil.getTime() > tx.now && lapsedAt === null)
      .map(({ mailbox }) => mailbox);
  }

  private async protocolOf(tx: WriteTransaction, { protocolId, clause = null }: OfficerNote) {
    if (protocolId === null) return null;
    const { title, language } = (await this.governed.text(protocolId, tx.manager, tx.now)).model;
    return { title, language, clause };
  }
}
