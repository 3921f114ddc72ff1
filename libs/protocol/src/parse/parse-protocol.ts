import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { pointerSteps } from '../model/json-pointer.js';
import { protocolSchema, type ProtocolModel } from '../model/protocol.schema.js';
import { clauseAt } from './clause-at.js';
import { meaningFaults } from './meaning-check.js';
import { fileFinding, type Fault, type FileFinding } from './parse-fault.js';
import { shapeFaults } from './shape-check.js';

const MAX_BYTES = 1_048_576;

export interface ParsedProtocol {
  readonly model: ProtocolModel;
  /** Line and column (from 1) of what stands at a JSON Pointer, or of the nearest thing around it. */
  locate(pointer: string): { line: number; column: number };
}

export type ParseResult =
  ({ readonly ok: true } & ParsedProtocol) | { readonly ok: false; readonly findings: readonly FileFinding[] };

/**
 * Reads a protocol file. Guarantees on success that the model has the published shape and no contradiction within itself:
 * check digits fit, dates exist, every quoted clause stands in the table.
 *
 * Hostile input is refused, not survived: over 1 MiB, aliases, duplicate keys, unknown keys, nesting beyond reason.
 * Findings carry line and column, and the clause around them where the file is read that far; they never repeat a value of the file.
 */
export function parseProtocol(text: string, options: { format: 'yaml' | 'json' }): ParseResult {
  if (text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES)
    return refusedAt({ code: 'FILE_TOO_LARGE', pointer: '' });
  if (nestingOf(text) > 200) return refusedAt({ code: 'FILE_UNREADABLE', pointer: '', expected: 'nesting <= 200' });
  if (options.format === 'json' && !isJson(text))
    return refusedAt({ code: 'FILE_UNREADABLE', pointer: '', expected: 'JSON' });

  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2', prettyErrors: false });
  } catch {
    return refusedAt({ code: 'FILE_UNREADABLE', pointer: '' });
  }
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const unreadable = [...document.errors, ...document.warnings].map((error) => {
    const { line, column } = place(error.pos[0]);
    return fileFinding(
      { code: error.code === 'DUPLICATE_KEY' ? 'KEY_DUPLICATE' : 'FILE_UNREADABLE', pointer: '' },
      line,
      column,
    );
  });
  if (unreadable.length > 0) return { ok: false, findings: unreadable };
  const alias = firstAlias(document);
  if (alias !== null) {
    const { line, column } = place(alias);
    return { ok: false, findings: [fileFinding({ code: 'ALIAS_REFUSED', pointer: '' }, line, column)] };
  }

  const model = document.toJS({ maxAliasCount: 0 }) as ProtocolModel;
  const locate = (pointer: string, key?: string) => place(offsetOf(document, pointer, key));
  const shape = shapeFaults(protocolSchema, model);
  const faults = shape.length > 0 ? shape : meaningFaults(model);
  if (faults.length > 0) {
    return {
      ok: false,
      findings: faults.map((fault) => {
        const { line, column } = locate(fault.pointer, fault.code === 'KEY_UNKNOWN' ? fault.key : undefined);
        return fileFinding(fault, line, column, clauseAt(model, fault.pointer));
      }),
    };
  }
  return { ok: true, model, locate };
}

function refusedAt(fault: Fault): ParseResult {
  return { ok: false, findings: [fileFinding(fault, 1, 1)] };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Deepest nesting by brackets or indentation that the text could have: the parser recurses, so this is bounded first. */
function nestingOf(text: string): number {
  let open = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charCodeAt(i);
    if (character === 0x5b || character === 0x7b) deepest = Math.max(deepest, (open += 1));
    else if (character === 0x5d || character === 0x7d) open = Math.max(0, open - 1);
  }
  for (const line of text.split('\n')) {
    const indent = /^[ \-?:]*/.exec(line)![0].length;
    if (indent > 400) return indent;
  }
  return deepest;
}

function firstAlias(document: Document.Parsed): number | null {
  let at: number | null = null;
  visit(document, {
    Alias(_, node) {
      at = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
    Node(_, node) {
      if (isAlias(node) || !('anchor' in node) || !node.anchor) return undefined;
      at = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at;
}

function offsetOf(document: Document.Parsed, pointer: string, key?: string): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of pointerSteps(pointer)) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      if (step === key && isScalar(pair.key)) return offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
    } else break;
    if (isNode(node)) offset = node.range?.[0] ?? offset;
  }
  return offset;
}
