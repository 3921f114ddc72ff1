/**
 * Reads a mail (RFC 5322, 2045, 2047, 2231) as far as the sandbox shows it: headers and attachments. Lenient, as mail
 * programs are: what it cannot decode it shows as it came.
 */
export interface ParsedMail {
  /** By lower-case name, decoded and unfolded; of a repeated header the first. */
  headers: Record<string, string>;
  attachments: Attachment[];
}

export interface Attachment {
  name: string;
  contentType: string;
  content: Buffer;
}

export function parseMail(raw: Buffer): ParsedMail {
  const { headers, body } = splitEntity(raw.toString('latin1'));
  return { headers: decodeAll(headers), attachments: attachmentsOf(headers, body) };
}

function splitEntity(text: string): { headers: Record<string, string>; body: string } {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return { headers, body: end ? text.slice(end.index + end[0].length) : '' };
}

function attachmentsOf(headers: Record<string, string>, body: string): Attachment[] {
  const contentType = headers['content-type'] ?? 'text/plain';
  const boundary = parameter(contentType, 'boundary');
  if (/^multipart\//i.test(contentType) && boundary !== undefined) {
    return partsOf(body, boundary).flatMap((part) => {
      const entity = splitEntity(part);
      return attachmentsOf(entity.headers, entity.body);
    });
  }
  const disposition = headers['content-disposition'] ?? '';
  const name = parameter(disposition, 'filename') ?? parameter(contentType, 'name');
  if (!/^attachment/i.test(disposition) && name === undefined) return [];
  return [
    {
      name: name ?? 'attachment',
      contentType: contentType.split(';')[0]!.trim().toLowerCase(),
      content: decodeBody(body, headers['content-transfer-encoding'] ?? '7bit'),
    },
  ];
}

/** The text between two boundary lines, without the line break that belongs to the second. */
function partsOf(body: string, boundary: string): string[] {
  const parts: string[] = [];
  let current: string[] | undefined;
  for (const line of body.split(/\r?\n/)) {
    const mark = line.trimEnd();
    if (mark === `--${boundary}` || mark === `--${boundary}--`) {
      if (current) parts.push(current.join('\r\n'));
      if (mark.endsWith('--')) return parts;
      current = [];
    } else current?.push(line);
  }
  return parts;
}

function decodeBody(body: string, encoding: string): Buffer {
  if (/^base64$/i.test(encoding)) return Buffer.from(body, 'base64');
  if (/^quoted-printable$/i.test(encoding)) return quotedPrintable(body.replace(/=[ \t]*\r?\n/g, ''));
  return Buffer.from(body, 'latin1');
}

function quotedPrintable(text: string): Buffer {
  return Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

/** A parameter of a structured header, plain, quoted or in the extended form of RFC 2231. */
function parameter(header: string, name: string): string | undefined {
  const extended = new RegExp(`;\\s*${name}\\*=([^']*)'[^']*'([^;\\s]+)`, 'i').exec(header);
  if (extended) return percentDecoded(extended[2]!);
  const plain = new RegExp(`;\\s*${name}=(?:"((?:\\\\.|[^"\\\\])*)"|([^;\\s]+))`, 'i').exec(header);
  const value = plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2];
  return value === undefined ? undefined : decodedWords(value);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8, or a stray percent sign.
    return text;
  }
}

function decodeAll(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, decodedWords(value)]));
}

/** Encoded words (RFC 2047); white space between two of them does not count. */
function decodedWords(text: string): string {
  return text
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?([^?*]+)(?:\*[^?]*)?\?([BbQq])\?([^?]*)\?=/g, (word, charset: string, kind: string, data: string) => {
      const bytes = /b/i.test(kind) ? Buffer.from(data, 'base64') : quotedPrintable(data.replace(/_/g, ' '));
      try {
        return new TextDecoder(charset).decode(bytes);
      } catch {
        // A character set that nobody knows.
        return word;
      }
    });
}
