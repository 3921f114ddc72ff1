import { dateOf } from '@convenant/kernel';
import type { FindingView } from '@convenant/contracts';
import {
  accessionFindings,
  canonicalProtocol,
  validateProtocol,
  type Finding,
  type FrameworkFacts,
  type ParseResult,
  type PartyRole,
  type ProtocolModel,
  type Texts,
} from '@convenant/protocol';
import { agreementInForce } from './agreement.js';
import { findingView } from './finding-view.js';
import { partyMismatches, type PartyIdentity } from './party-identity.js';

/**
 * Most characters of a protocol in canonical form: a drafted and an activated protocol travel whole in one message, and the
 * outbox takes at most 2 MiB of data (a character takes up to four bytes).
 */
export const MAX_CANONICAL_LENGTH = 500_000;

/** What a protocol file turned out to be. */
export type CheckedDraft =
  | {
      readonly valid: true;
      readonly model: ProtocolModel;
      readonly canonical: string;
      readonly findings: readonly FindingView[];
    }
  | { readonly valid: false; readonly findings: readonly FindingView[] };

/**
 * Judges a protocol file that was read, and says everything that is to be said about it, with line and column. A draft with an error is not
 * valid; warnings and notes do not stand in its way.
 *
 * @param now epoch milliseconds; the rule set in force on that day judges
 */
export function checkDraft(
  draft: {
    parsed: ParseResult;
    parties: Readonly<Record<PartyRole, PartyIdentity>>;
    /** Of an accession: the framework it names, or null when there is none. */
    framework: FrameworkFacts | null;
    /** A protocol of the same agreement that is in force. */
    other: string | null;
  },
  now: number,
): CheckedDraft {
  const { parsed, framework } = draft;
  if (!parsed.ok) return { valid: false, findings: parsed.findings.map((finding) => findingView(finding)) };
  const { model, locate } = parsed;
  const found = [
    ...partyMismatches(model, draft.parties),
    ...(draft.other === null ? [] : [agreementInForce(model, draft.other)]),
    ...accessionFindings(model, framework),
    ...validateProtocol(model, { onDate: dateOf(now) }),
  ];
  const canonical = canonicalProtocol(model);
  if (canonical.length > MAX_CANONICAL_LENGTH) found.push(modelFault('FILE_TOO_LARGE', tooLarge));
  if (UNSTORABLE.test(canonical)) found.push(modelFault('VALUE_INVALID', unstorable));
  const findings = found.map((finding) => findingView(finding, locate));
  if (found.some(({ severity }) => severity === 'error')) return { valid: false, findings };
  return { valid: true, model, canonical, findings };
}

/** As canonical JSON writes them: the character NUL and halves of a pair, which no database and no other reader takes. */
const UNSTORABLE = /\\u(0000|d[89a-f][0-9a-f]{2})/i;

const tooLarge: Texts = {
  nl: 'Het protocol is te groot om in één bericht te reizen.',
  fr: 'Le protocole est trop grand pour voyager en un seul message.',
  en: 'The protocol is too large to travel in one message.',
};

const unstorable: Texts = {
  nl: 'Het bestand bevat een teken dat niet bewaard kan worden (NUL of een halve surrogaat).',
  fr: 'Le fichier contient un caractère qui ne peut être conservé (NUL ou un demi-substitut).',
  en: 'The file holds a character that cannot be kept (NUL or half of a surrogate pair).',
};

function modelFault(code: string, text: Texts): Finding {
  const todo = { nl: 'Verbeter het bestand.', fr: 'Corrigez le fichier.', en: 'Correct the file.' };
  return { code, severity: 'error', pointer: '', source: 'protocol.schema.json', text, todo };
}
