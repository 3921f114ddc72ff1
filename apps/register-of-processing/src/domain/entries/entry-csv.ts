import type { EntryView } from '@convenant/contracts';
import { entryLines } from './entry-lines.js';
import { fieldNames, type EntryField, type EntryLanguage } from './entry-texts.js';

const fields = Object.keys(fieldNames) as EntryField[];

/**
 * The register as CSV: UTF-8 with a mark, so that spreadsheets read accents; a header line, one line per entry, several values
 * of a field separated by line feeds within the cell.
 *
 * @see RFC 4180
 */
export function entriesCsv(entries: readonly EntryView[], language: EntryLanguage): string {
  const header = ['entryId', 'entryVersion', 'contentHash', ...fields];
  const rows = entries.map((entry) => {
    const lines = entryLines(entry, language);
    return [entry.id, String(entry.version), entry.contentHash, ...fields.map((field) => lines[field].join('\n'))];
  });
  return `\uFEFF${[header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

/**
 * One cell that no spreadsheet executes: what begins like a formula, also behind blanks or on a later line of the cell, gets an
 * apostrophe before it. Quoted always.
 *
 * A program that splits at semicolons (the list separator of Belgium) or tabs takes the quotes of a later part of the cell for
 * letters or for quotes of its own: there, too, nothing begins like a formula.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(value: string): string {
  // Some programs split a cell at its line breaks when it is pasted, and full-width signs are read like plain ones.
  const begins = /(?<=^|[\r\n])(?=[ \u00a0]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/g;
  const beginsApart = /(?<=[;\t])(?=[ \u00a0"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
  const safe = value.replace(begins, "'").replace(beginsApart, "'");
  return `"${safe.replaceAll('"', '""')}"`;
}
