import { formatInstant } from '@convenant/kernel';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { PreparedMail } from './smtp-mailer.js';

/** The same facts give the same bytes with the same Message-ID, so that a receiver recognises a resend. */
export async function composeMail(mail: {
  from: string;
  to: string;
  subject: string;
  text: string;
  /** Epoch milliseconds, UTC: when the mail was decided. */
  date: number;
  messageId: string;
  noticeId: string;
}): Promise<PreparedMail> {
  const { from, to, subject, text, messageId, noticeId } = mail;
  const composed = new MailComposer({
    from,
    to,
    subject,
    text,
    date: formatInstant(mail.date),
    messageId,
    headers: { 'X-Convenant-Breach-Notice': noticeId, 'Auto-Submitted': 'auto-generated' },
    textEncoding: 'base64',
    disableUrlAccess: true,
    disableFileAccess: true,
  } as ConstructorParameters<typeof MailComposer>[0]);
  return { from, to, raw: await composed.compile().build() };
}

/** `<mail@sender's domain>`: one per mail, for ever. */
export function messageIdOf(mailId: string, from: string): string {
  return `<${mailId}@${/@([^\s@>]+)>?$/.exec(from)?.[1] ?? 'convenant.invalid'}>`;
}
