import { formatInstant } from '@convenant/kernel';
import MailComposer from 'nodemailer/lib/mail-composer';
import { mailText } from '../domain/mail-text.js';
import type { PreparedMail } from './smtp-sender.js';

/**
 * The mail that carries an archive and its detached signature. The same disclosure and archive give the same bytes with
 * the same Message-ID, so that a receiver recognises a resend.
 */
export async function composeMail(mail: {
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
  const { disclosureId, from, to, fileName } = mail;
  const { subject, text } = mailText(disclosureId, mail.language);
  const composed = new MailComposer({
    from,
    to,
    subject,
    text,
    date: formatInstant(mail.date),
    messageId: messageIdOf(disclosureId, from),
    headers: { 'X-Convenant-Disclosure': disclosureId, 'Auto-Submitted': 'auto-generated' },
    attachments: [
      { filename: fileName, content: mail.archive, contentType: 'application/x-7z-compressed' },
      { filename: `${fileName}.sig`, content: mail.signature, contentType: 'application/octet-stream' },
    ],
    // The parts' boundary would otherwise be drawn anew for each resend.
    baseBoundary: disclosureId.replaceAll('-', ''),
    disableUrlAccess: true,
    disableFileAccess: true,
  } as ConstructorParameters<typeof MailComposer>[0]);
  return { from, to, raw: await composed.compile().build() };
}

/** `<disclosure@sender's domain>`: one per disclosure, for ever. */
export function messageIdOf(disclosureId: string, from: string): string {
  return `<${disclosureId}@${/@([^\s@>]+)>?$/.exec(from)?.[1] ?? 'convenant.invalid'}>`;
}
