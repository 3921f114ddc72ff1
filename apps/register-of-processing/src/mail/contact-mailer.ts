import { composeMail, Lease, messageIdOf, type SmtpSender } from '@convenant/mail';

/** Real time within which the mail server must have answered, milliseconds. */
const WITHIN_MS = 10_000;

/** Mails codes to functional mailboxes. */
export class ContactMailer {
  constructor(
    private readonly sender: SmtpSender,
    private readonly from: string,
  ) {}

  /**
   * Sends one code. @returns whether the mail server took it; the cause of a failure is not told
   * @param codeNonce makes the Message-ID, so that a receiver recognises a resend
   * @param date epoch milliseconds: when the code was made
   */
  async send(mail: { to: string; party: string; code: string; codeNonce: string; date: number }): Promise<boolean> {
    const composed = await composeMail({
      from: this.from,
      to: mail.to,
      messageId: messageIdOf(mail.codeNonce, this.from),
      date: mail.date,
      subject: `Convenant: code ${mail.party}`,
      text: textOf(mail),
      textEncoding: 'base64',
    });
    return (await this.sender.send(composed, Lease.lasting(WITHIN_MS))).kind === 'delivered';
  }
}

function textOf({ party, code }: { party: string; code: string }): string {
  return [
    `Code: ${code}`,
    '',
    `NL  ${party} heeft deze mailbox opgegeven als contactpunt. Bezorg de code binnen 24 uur aan de functionaris voor`,
    '    gegevensbescherming; zo blijkt dat de mailbox gelezen wordt. Zegt dit u niets, dan hoeft u niets te doen.',
    '',
    `FR  ${party} a indiqué cette boîte comme point de contact. Transmettez le code dans les 24 heures au délégué à la`,
    "    protection des données : cela montre que la boîte est lue. Si cela ne vous dit rien, vous n'avez rien à faire.",
    '',
    `EN  ${party} has named this mailbox as its contact. Give the code to the data protection officer within 24 hours: it`,
    '    shows that the mailbox is read. If this means nothing to you, you need not do anything.',
    '',
  ].join('\n');
}
