import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { dateOf, isDate } from '@convenant/kernel';
import {
  canonicalProtocol,
  parseProtocol,
  protocolDifference,
  validateProtocol,
  type FileFinding,
  type Finding,
  type ParsedProtocol,
  type Severity,
} from '@convenant/protocol';
import { CommandFailure, exitCodes, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

export const protocolUsage = `Usage: convenant protocol validate <file> [--on <date>] [--lang nl|fr|en] [--json]
       convenant protocol diff <old file> <new file> [--lang nl|fr|en] [--json]
`;

const languages = ['nl', 'fr', 'en'] as const;
type Language = (typeof languages)[number];

/** Far more than a protocol may have; what is longer is not read at all. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** A finding with its place in the file, from 1; without one where it concerns the whole. */
type PlacedFinding = (Finding | FileFinding) & { readonly line?: number; readonly column?: number };

/**
 * `protocol validate` and `protocol diff`: read protocol files on this machine, by the rules that the register has. They need
 * no service and send nothing anywhere.
 */
export function protocol(args: readonly string[], terminal: Terminal): ExitCode {
  const { values, positionals } = parsed(args);
  const [action, ...files] = positionals;
  const language = languages.find((candidate) => candidate === values.lang);
  if (language === undefined) throw misused(`--lang is one of ${languages.join(', ')}`);
  if (action === 'validate' && files.length === 1) {
    const on = values.on ?? dateOf(Date.now());
    if (!isDate(on)) throw misused('--on is a date YYYY-MM-DD');
    return validate(terminal, files[0]!, { on, language, json: values.json });
  }
  if (action === 'diff' && files.length === 2) {
    return diff(terminal, files[0]!, files[1]!, { language, json: values.json });
  }
  throw misused('Say what to do with which file');
}

function validate(
  terminal: Terminal,
  file: string,
  { on, language, json }: { on: string; language: Language; json: boolean },
): ExitCode {
  const result = parseProtocol(textOf(file), { format: formatOf(file) });
  const findings: PlacedFinding[] = result.ok ? placed(result, on) : [...result.findings];
  const valid = !findings.some(({ severity }) => severity === 'error');
  const dataHash = result.ok ? hashOf(result) : undefined;
  if (json) {
    terminal.out(`${JSON.stringify({ file, onDate: on, valid, ...(dataHash ? { dataHash } : {}), findings })}\n`);
  } else {
    for (const finding of findings) terminal.out(findingText(file, finding, language));
    terminal.out(summaryText(findings, dataHash));
  }
  return valid ? exitCodes.done : exitCodes.invalid;
}

function diff(
  terminal: Terminal,
  before: string,
  after: string,
  { language, json }: { language: Language; json: boolean },
): ExitCode {
  const [old, now] = [modelOf(terminal, before, language), modelOf(terminal, after, language)];
  const differences = protocolDifference(old.model, now.model);
  if (json) terminal.out(`${JSON.stringify({ before, after, items: differences })}\n`);
  else {
    for (const { clause, text } of differences)
      terminal.out(`${clause === null ? '' : `[${clause}] `}${text[language]}\n`);
    if (differences.length === 0) terminal.out('Both say the same.\n');
  }
  return exitCodes.done;
}

/** @throws CommandFailure with every fault on `err`, when the file is no protocol */
function modelOf(terminal: Terminal, file: string, language: Language): ParsedProtocol {
  const result = parseProtocol(textOf(file), { format: formatOf(file) });
  if (result.ok) return result;
  for (const finding of result.findings) terminal.err(findingText(file, finding, language));
  throw new CommandFailure(exitCodes.invalid, `${file} is not a protocol file`);
}

function placed({ model, locate }: ParsedProtocol, on: string): PlacedFinding[] {
  const rank: Record<Severity, number> = { error: 0, warning: 1, note: 2 };
  return validateProtocol(model, { onDate: on })
    .map((finding) => ({ ...finding, ...(finding.pointer === undefined ? {} : locate(finding.pointer)) }))
    .sort((one, other) => rank[one.severity] - rank[other.severity] || (one.line ?? 0) - (other.line ?? 0));
}

/** In the form that editors and build logs turn into a link. */
function findingText(file: string, finding: PlacedFinding, language: Language): string {
  const { severity, code, clause, line, column, text, todo, source } = finding;
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  const under = clause === undefined ? '' : ` [${clause}]`;
  return `${place}: ${severity} ${code}${under}\n  ${text[language]}\n  ${todo[language]} (${source})\n`;
}

function summaryText(findings: readonly PlacedFinding[], dataHash: string | undefined): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const counts = `${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes`;
  return dataHash === undefined ? `${counts}\n` : `${counts}\ndataHash ${dataHash}\n`;
}

/** What the register computes: the SHA-256 of the canonical form. */
function hashOf({ model }: ParsedProtocol): string {
  return createHash('sha256').update(canonicalProtocol(model), 'utf8').digest('hex');
}

/** @throws CommandFailure */
function textOf(file: string): string {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) throw new Error('it is larger than 16 MiB');
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new CommandFailure(exitCodes.notFound, `${file} cannot be read: ${why}`);
  }
}

function formatOf(file: string): 'yaml' | 'json' {
  return extname(file).toLowerCase() === '.json' ? 'json' : 'yaml';
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        on: { type: 'string' },
        lang: { type: 'string', default: 'en' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw misused((error as Error).message);
  }
}

function misused(why: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, `${why}\n\n${protocolUsage.trimEnd()}`);
}
