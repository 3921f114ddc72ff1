import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { dateOf, formatInstant, type Clock } from '@convenant/kernel';
import { CLOCK } from '@convenant/messaging';
import type { Resource } from '@convenant/platform';
import { entriesCsv } from '../../domain/entries/entry-csv.js';
import { entriesPage, entryPageStyle } from '../../domain/entries/entry-page.js';
import type { EntryLanguage } from '../../domain/entries/entry-texts.js';
import type { CommandCall } from '../command-call.js';
import { Parties } from '../parties.js';
import { GetEntries } from './get-entries.use-case.js';

export const exportFormats = ['json', 'csv', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const styleHash = createHash('sha256').update(entryPageStyle).digest('base64');

/** The register of a party as one file: to be read by programs, by a spreadsheet, or printed. */
@Injectable()
export class ExportEntries {
  constructor(
    private readonly getEntries: GetEntries,
    private readonly parties: Parties,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError FORBIDDEN */
  async execute(
    format: ExportFormat,
    language: EntryLanguage,
    caller: Pick<CommandCall, 'party' | 'roles' | 'userRef'>,
  ): Promise<Resource> {
    const items = await this.getEntries.list(caller);
    const now = this.clock.now();
    const on = dateOf(now);
    const saveAs = `register-of-processing-${on}.${format}`;
    if (format === 'csv')
      return file(entriesCsv(items, language), 'text/csv; charset=utf-8; header=present', { saveAs });
    if (format === 'json') {
      const text = `${JSON.stringify({ asOf: formatInstant(now), items }, null, 2)}\n`;
      return file(text, 'application/json; charset=utf-8', { saveAs });
    }
    const { name } = await this.parties.view(caller.party!);
    const page = entriesPage(items, name, on, language, styleHash);
    return file(page, 'text/html; charset=utf-8', {
      headers: {
        'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'`,
      },
    });
  }
}

function file(text: string, mediaType: string, more: Pick<Resource, 'saveAs' | 'headers'>): Resource {
  const bytes = Buffer.from(text, 'utf8');
  const hash = createHash('sha256').update(bytes).digest('hex');
  // A party's own register: kept by no cache on the way.
  return { bytes, mediaType, hash, ...more, headers: { 'cache-control': 'private, no-cache', ...more.headers } };
}
