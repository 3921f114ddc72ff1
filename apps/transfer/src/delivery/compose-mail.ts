import { composeMail, messageIdOf, type PreparedMail } from '@convenant/mail';
import { mailText } from '../domain/mail-text.js';

/**
 * The mail that carries an archive and its detached signature. The same disclosure and archive give the same bytes with
 * the same Message-ID, one per disclosure for ever, so that a receiver recognises a resend.
 */
export async function composeDisclosureMail(mail: {
  disclosureId: string;
  from: string;
  to: string;
  language: 'nl' | 'fr' | 'de';
  /** Epoch milliseconds, UTC: when the disclosure was requested. */
  date: number;
  fileName: string;
  archive: Buffer;
  signature: Buffer;
}): Promise<PreparedMail> {
  const { disclosureId, from, to, date, fileName } = mail;
  return composeMail({
    from,
    to,
    ...mailText(disclosureId, mail.language),
    date,
    messageId: messageIdOf(disclosureId, from),
    headers: { 'X-Convenant-Disclosure': disclosureId },
    attachments: {
      boundary: disclosureId.replaceAll('-', ''),
      parts: [
        { filename: fileName, content: mail.archive, contentType: 'application/x-7z-compressed' },
        { filename: `${fileName}.sig`, content: mail.signature, contentType: 'application/octet-stream' },
      ],
    },
  });
}
