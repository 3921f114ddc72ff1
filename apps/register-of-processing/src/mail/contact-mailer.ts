import { createTransport } from 'nodemailer';

/** Real time within which the mail server must have answered, milliseconds. */
const WITHIN_MS = 10_000;

const LOOPBACK = /^(localhost|127\..*|\[?::1\]?)$/;

/** Mails codes to functional mailboxes. */
export class ContactMailer {
  private readonly transport;

  /** @param url `smtp://` or `smtps://`, with user and password where the server wants them */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    const { protocol, hostname, port, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    // Beyond this machine the mail server must speak TLS; on it there is nobody to protect against.
    const tls = secure ? {} : LOOPBACK.test(hostname) ? { ignoreTLS: true } : { requireTLS: true };
    this.transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port ? Number(port) : secure ? 465 : 587,
      secure,
      ...tls,
      ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
      connectionTimeout: WITHIN_MS,
      greetingTimeout: WITHIN_MS,
      socketTimeout: WITHIN_MS,
      disableUrlAccess: true,
      disableFileAccess: true,
    });
  }

  /**
   * Sends one code. @returns whether the mail server took it; the cause of a failure may quote the address and is not told
   * @param codeNonce makes the Message-ID, so that a receiver recognises a resend
   */
  async send(mail: { to: string; party: string; code: string; codeNonce: string }): Promise<boolean> {
    const domain = this.from.split('@')[1]!;
    try {
      await this.transport.sendMail({
        from: this.from,
        to: mail.to,
        messageId: `<${mail.codeNonce}@${domain}>`,
        subject: `Convenant: code ${mail.party}`,
        text: textOf(mail),
        headers: { 'Auto-Submitted': 'auto-generated' },
        textEncoding: 'base64',
      });
      return true;
    } catch {
      return false;
    }
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
