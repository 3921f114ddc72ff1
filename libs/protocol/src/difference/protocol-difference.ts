import type { Texts } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { sectionNames } from './section-names.js';

/** One thing that an amendment changes. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed';
  /** Where: the section of the file, then ids or names of its elements: `retention/rules/dossier/period`. */
  readonly place: string;
  /** The clause it stands under: of the new version, of the old one for what is gone. */
  readonly clause: string | null;
  /** Absent for what was added. */
  readonly before?: unknown;
  /** Absent for what was removed. */
  readonly after?: unknown;
  /** One sentence for people. */
  readonly text: Texts;
}

/**
 * What a version of a protocol changes against another, in the order of the file; empty when both say the same. Elements of
 * lists are told apart by what names them (id, category, unit, …), so an element that only moved is no difference.
 */
export function protocolDifference(before: ProtocolModel, after: ProtocolModel): Difference[] {
  const found: Difference[] = [];
  const { $schema: _, ...old } = before;
  const { $schema: __, ...now } = after;
  compare(found, [], old, now, null);
  return found;
}

function compare(
  found: Difference[],
  place: readonly string[],
  before: unknown,
  after: unknown,
  clause: string | null,
): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    found.push(difference(place, before, after, clause));
    return;
  }
  const old = partsOf(before);
  const now = partsOf(after);
  if (old === null || now === null) {
    found.push(difference(place, before, after, clause));
    return;
  }
  for (const [name, value] of now) {
    compare(found, [...place, name], old.get(name), value, clauseOf(value) ?? clauseOf(after) ?? clause);
  }
  for (const [name, value] of old) {
    if (!now.has(name))
      compare(found, [...place, name], value, undefined, clauseOf(value) ?? clauseOf(before) ?? clause);
  }
}

/** The parts of an object or a list by name; null for a list whose elements have no names, which is compared as a whole. */
function partsOf(branch: object): Map<string, unknown> | null {
  if (!Array.isArray(branch)) return new Map(Object.entries(branch));
  const parts = new Map(branch.map((element) => [nameOf(element), element] as const));
  return parts.size === branch.length && !parts.has('') ? (parts as Map<string, unknown>) : null;
}

/** What tells the elements of a list apart, in the words of the file format. */
function nameOf(element: unknown): string {
  if (!isBranch(element) || Array.isArray(element)) return typeof element === 'string' ? element : '';
  const { id, category, unit, name, condition, term, kind, party, mailbox } = element as Record<string, unknown>;
  const named = id ?? category ?? unit ?? name ?? condition ?? term ?? kind;
  return [named ?? party, named === undefined ? mailbox : undefined]
    .filter((part) => typeof part === 'string')
    .join(':');
}

function clauseOf(value: unknown): string | null {
  if (!isBranch(value)) return null;
  const { clause } = value as { clause?: unknown };
  return typeof clause === 'string' ? clause : null;
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function difference(place: readonly string[], before: unknown, after: unknown, clause: string | null): Difference {
  // A blank that is filled is a change of the text, not a new element.
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return {
    change,
    place: place.join('/'),
    clause,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    text: sentence(change, place, before, after),
  };
}

function sentence(change: Difference['change'], place: readonly string[], before: unknown, after: unknown): Texts {
  const section = sectionNames[place[0] as keyof typeof sectionNames];
  const within = place.slice(1).join(' › ');
  const [of, to] = [inWords(before), inWords(after)];
  const leaf = !isBranch(before) && !isBranch(after);
  const tell = (name: string, added: string, removed: string, changed: string, link: string) => {
    const what = within === '' ? name : `${name}: ${within}`;
    if (change === 'added') return `${what} ${added}${leaf ? `: ${to}` : ''}`;
    if (change === 'removed') return `${what} ${removed}${leaf ? `: ${of}` : ''}`;
    return leaf ? `${what} ${changed}: ${of} ${link} ${to}` : `${what} ${changed}`;
  };
  return {
    nl: tell(section.nl, 'toegevoegd', 'geschrapt', 'gewijzigd', 'wordt'),
    fr: tell(section.fr, 'ajouté', 'supprimé', 'modifié', 'devient'),
    en: tell(section.en, 'added', 'removed', 'changed', 'becomes'),
  };
}

/** A single value as it is shown in a sentence; long texts are cut, the whole stands beside it. */
function inWords(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const text = String(value);
  return text.length > 80 ? `"${text.slice(0, 77)}…"` : `"${text}"`;
}
