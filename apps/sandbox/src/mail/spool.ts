import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, newId } from '@convenant/kernel';
import { SandboxError } from '../sandbox-error.js';
import { readState, replaceFile, writeState } from '../state-file.js';
import { parseMail, type Attachment } from './mime.js';

/** What the sending server said outside of the mail itself. */
export interface Envelope {
  from: string;
  to: string[];
  receivedAt: string;
}

export interface MailView extends Envelope {
  id: string;
  subject: string;
  messageId: string;
  headers: Record<string, string>;
  /** Of the whole mail, in bytes. */
  size: number;
  attachments: { name: string; contentType: string; size: number; sha256: string }[];
}

/** Received mails as files (`<id>.eml` beside `<id>.json` with the envelope), in order of arrival, kept across restarts. */
export class Spool {
  private readonly mails: MailView[] = [];

  private constructor(private readonly directory: string) {}

  static async open(directory: string): Promise<Spool> {
    const spool = new Spool(directory);
    await mkdir(directory, { recursive: true });
    // The envelope is written last: a mail without one was cut off by a kill and never acknowledged.
    const ids = (await readdir(directory)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
    for (const id of ids.filter(isUuid).sort()) {
      const envelope = await readState<Envelope>(join(directory, `${id}.json`));
      if (envelope) spool.mails.push(view(id, envelope, await readFile(join(directory, `${id}.eml`))));
    }
    return spool;
  }

  /** Keeps a mail; once this has resolved it survives a restart. */
  async add(envelope: Envelope, raw: Buffer): Promise<MailView> {
    const id = newId();
    await replaceFile(join(this.directory, `${id}.eml`), raw);
    await writeState(join(this.directory, `${id}.json`), envelope);
    const mail = view(id, envelope, raw);
    this.mails.push(mail);
    return mail;
  }

  /** In order of arrival. */
  list(): readonly MailView[] {
    return this.mails;
  }

  /** @throws SandboxError 404 `MAIL_UNKNOWN` */
  get(id: string): MailView {
    const mail = this.mails.find((candidate) => candidate.id === id);
    if (!mail) throw new SandboxError(404, 'MAIL_UNKNOWN', 'No mail with this id has arrived');
    return mail;
  }

  async raw(id: string): Promise<Buffer> {
    return readFile(join(this.directory, `${this.get(id).id}.eml`));
  }

  /**
   * @param name of the attachment; the first one when absent
   * @throws SandboxError 404 `MAIL_UNKNOWN`, `ATTACHMENT_UNKNOWN`
   */
  async attachment(id: string, name?: string): Promise<Attachment> {
    const { attachments } = parseMail(await this.raw(id));
    const found = name === undefined ? attachments[0] : attachments.find((attachment) => attachment.name === name);
    if (!found) throw new SandboxError(404, 'ATTACHMENT_UNKNOWN', 'The mail has no such attachment');
    return found;
  }
}

function view(id: string, envelope: Envelope, raw: Buffer): MailView {
  const { headers, attachments } = parseMail(raw);
  return {
    id,
    ...envelope,
    subject: headers['subject'] ?? '',
    messageId: headers['message-id'] ?? '',
    headers,
    size: raw.length,
    attachments: attachments.map(({ name, contentType, content }) => ({
      name,
      contentType,
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  };
}
