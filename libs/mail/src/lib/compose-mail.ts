import { formatInstant } from '@convenant/kernel';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { PreparedMail } from './smtp-sender.js';

/** What a mail says. */
export interface MailContent {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Epoch milliseconds, UTC: when it was decided to write, not when it is sent. */
  readonly date: number;
  readonly messageId: string;
  /** Beyond those that every mail has: what the mail is about, by id. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the text; the composer's choice unless given. */
  readonly textEncoding?: 'base64';
  /** With attachments the boundary between the parts would otherwise be drawn anew for each resend. */
  readonly attachments?: {
    readonly boundary: string;
    readonly parts: readonly { readonly filename: string; readonly content: Buffer; readonly contentType: string }[];
  };
}

/**
 * The same facts give the same bytes with the same Message-ID, so that a receiver recognises a resend. Nothing is fetched
 * while it is composed, and no program answers it automatically.
 */
export async function composeMail(mail: MailContent): Promise<PreparedMail> {
  const { from, to, subject, text, messageId, headers, textEncoding, attachments } = mail;
  const composed = new MailComposer({
    from,
    to,
    subject,
    text,
    date: formatInstant(mail.date),
    messageId,
    headers: { ...headers, 'Auto-Submitted': 'auto-generated' },
    ...(textEncoding && { textEncoding }),
    ...(attachments && { attachments: attachments.parts, baseBoundary: attachments.boundary }),
    disableUrlAccess: true,
    disableFileAccess: true,
  } as ConstructorParameters<typeof MailComposer>[0]);
  return { from, to, raw: await composed.compile().build() };
}

/** `<id@sender's domain>`: one per mail, for ever. */
export function messageIdOf(id: string, from: string): string {
  return `<${id}@${/@([^\s@>]+)>?$/.exec(from)?.[1] ?? 'convenant.invalid'}>`;
}
