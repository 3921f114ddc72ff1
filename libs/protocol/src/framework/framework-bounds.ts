import { addPeriod } from '@convenant/kernel';
import { consentVerdict } from '../disclosure/consent-check.js';
import type {
  DisclosureFacts,
  DisclosureGap,
  DisclosureRefused,
  DisclosureRequest,
  ProtocolFacts,
} from '../disclosure/disclosure.types.js';
import { inForce } from '../disclosure/in-force.js';
import { indexOf } from '../disclosure/protocol-index.js';
import type { RefusalCode } from '../disclosure/refusal-codes.js';
import { gap, refused } from '../disclosure/verdicts.js';
import type { DataItem, Recipient, Route } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { endsWithFramework } from './accession-findings.js';
import { covers, receives, takes } from './wider-parts.js';

/** The framework within which an accession permits, as it governs at one instant. */
export interface FrameworkBounds {
  readonly accession: ProtocolModel;
  readonly framework: ProtocolModel;
  /** Of the accession: by which it hangs on its framework. Every refusal for the framework's sake quotes it. */
  readonly clause: string;
}

/**
 * The bounds of an accession at an instant (epoch milliseconds, UTC), null for any other protocol, or why nothing may be done
 * under it: an accession cannot permit what its framework does not, so it stands only while the framework does.
 */
export function frameworkBounds(
  accession: ProtocolModel,
  protocol: ProtocolFacts,
  at: number,
): FrameworkBounds | DisclosureRefused | DisclosureGap | null {
  if (accession.kind !== 'accession') return null;
  const clause = endsWithFramework(accession)?.clause ?? accession.regime.clause;
  if (protocol.framework == null) return gap(['framework'], clause);
  const version = inForce(protocol.framework, at);
  if (!('verdict' in version)) return { accession, framework: version.model, clause };
  return version.verdict === 'refused'
    ? refused(version.code, clause)
    : gap(
        version.missing.map((fact) => `framework/${fact}`),
        clause,
      );
}

/** What a request takes, as far as the accession itself covers it. */
export interface WithinAccession {
  readonly recipient: Recipient;
  readonly route: Route;
}

/** The first reason why a request that the accession covers goes beyond its framework, or null: in the order of its own checks. */
export function beyondFramework(
  request: DisclosureRequest,
  { recipient, route }: WithinAccession,
  { accession, framework, clause }: FrameworkBounds,
): DisclosureRefused | null {
  const lookup = accession.lookups === null ? null : lookupFault(request, accession, framework);
  if (lookup !== null) return refused(lookup, clause, ['/lookup']);
  if (!indexOf(framework).purposes.has(request.purpose)) return refused('PURPOSE_NOT_AGREED', clause, ['/purpose']);
  if (!framework.routes.some(takes(route))) return refused('CHANNEL_NOT_AGREED', clause, ['/channel']);
  if (!framework.recipients.some(receives(recipient))) return refused('RECIPIENT_NOT_COVERED', clause, ['/recipient']);
  for (const { item, fields } of request.items) {
    if (!coversItem(item, Object.keys(fields), accession, framework))
      return refused('ITEM_NOT_COVERED', clause, [`/items/${item}`]);
  }
  return null;
}

/** The same for what the receiver passes on. */
export function onwardBeyondFramework(
  { purpose, items }: { readonly purpose: string; readonly items: readonly string[] },
  recipient: Recipient,
  { accession, framework, clause }: FrameworkBounds,
): DisclosureRefused | null {
  if (!indexOf(framework).purposes.has(purpose)) return refused('PURPOSE_NOT_AGREED', clause, ['/purpose']);
  if (!framework.recipients.some(receives(recipient))) return refused('RECIPIENT_NOT_COVERED', clause, ['/recipient']);
  const stranger = items.findIndex((item) => !coversItem(item, [], accession, framework));
  return stranger < 0 ? null : refused('ITEM_NOT_COVERED', clause, [`/items/${stranger}`]);
}

/** Why the consent does not carry what the framework asks one for, or null. */
export function consentBeyondFramework(
  request: DisclosureRequest,
  facts: DisclosureFacts,
  { framework, clause }: FrameworkBounds,
): DisclosureRefused | DisclosureGap | null {
  const verdict = consentVerdict(request, facts, framework);
  if (verdict !== null) return { ...verdict, clause };
  const { required, validity } = framework.consent;
  if (!required || validity === null) return null;
  return addPeriod(facts.consent!.givenAt, validity) <= request.requestedAt
    ? refused('CONSENT_EXPIRED', clause, ['/consentId'])
    : null;
}

/** Without names of fields all of them are meant: what will come is not known yet, or not told. */
function coversItem(id: string, names: readonly string[], accession: ProtocolModel, framework: ProtocolModel): boolean {
  const own = indexOf(accession).items.get(id)!.item;
  const its = indexOf(framework).items.get(id)?.item;
  const asked: DataItem =
    names.length === 0 ? own : { ...own, fields: own.fields.filter(({ name }) => names.includes(name)) };
  return its !== undefined && covers(asked)(its);
}

function lookupFault(
  { lookup }: DisclosureRequest,
  accession: ProtocolModel,
  framework: ProtocolModel,
): RefusalCode | null {
  const [own, its] = [accession.lookups!, framework.lookups];
  const kind = its?.identifiers.find((identifier) => identifier.kind === lookup?.identifierKind);
  const absent = lookup?.absentKinds ?? [];
  if (its == null || !kind?.onlyInAbsenceOf.every((other) => absent.includes(other))) return 'LOOKUP_NOT_BY_IDENTIFIER';
  const laxer =
    (its.users.namedUserRequired && !own.users.namedUserRequired) ||
    (its.users.supervisorRequired && !own.users.supervisorRequired);
  return laxer ? 'USER_SCOPE' : null;
}
