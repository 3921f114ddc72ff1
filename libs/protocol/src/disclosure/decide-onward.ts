import { frameworkBounds, onwardBeyondFramework } from '../framework/framework-bounds.js';
import type { Recipient } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type {
  ConsentFacts,
  DisclosureGap,
  DisclosureRefused,
  ProtocolFacts,
  SubjectFacts,
} from './disclosure.types.js';
import { inForce } from './in-force.js';
import { indexOf } from './protocol-index.js';
import { subjectStop } from './subject-check.js';
import { gap, refused } from './verdicts.js';

/** What the receiver passes on, to which body; never a person, never a value. */
export interface OnwardRequest {
  /** Epoch milliseconds, UTC: when it is passed on. The version in force at this instant decides. */
  readonly at: number;
  readonly purpose: string;
  /** Item ids. */
  readonly items: readonly string[];
  /** `party` is null for a body that is not registered. */
  readonly recipient: { readonly party: string | null; readonly unit: string | null; readonly category: string };
}

export interface OnwardFacts {
  readonly protocol: ProtocolFacts;
  /** Items of the original disclosure that the receiver may still hold: those that are not erased. */
  readonly held: readonly string[];
  readonly subject?: SubjectFacts;
  /** Of the original disclosure; null where it rested on none. */
  readonly consent: ConsentFacts | null;
}

export interface OnwardPermitted {
  readonly verdict: 'permitted';
  /** The clause of the recipient. */
  readonly clause: string;
  readonly version: number;
  /** The unit, where the protocol names one. */
  readonly unit: string | null;
  /** The rule of the text that the receiver applies, where it states one. */
  readonly rule: string | null;
}

export type OnwardVerdict = OnwardPermitted | DisclosureRefused | DisclosureGap;

/**
 * Decides whether the receiver may pass on what it received. Pure. The closed world holds: only to a recipient that the
 * protocol names as reached onward, only for an agreed purpose, only items that were received and are not erased. As for a
 * disclosure, what the person said stands last.
 *
 * @see GDPR Art. 5(1)(b), 7(3), 14(3)(c), 18(2), 21(1)
 */
export function decideOnwardDisclosure(request: OnwardRequest, facts: OnwardFacts): OnwardVerdict {
  const { protocol, consent } = facts;
  const version = inForce(protocol, request.at);
  if ('verdict' in version) return version;
  const { model } = version;
  const bounds = frameworkBounds(model, protocol, request.at);
  if (bounds !== null && 'verdict' in bounds) return bounds;
  if (!indexOf(model).purposes.has(request.purpose))
    return refused('PURPOSE_NOT_AGREED', model.purposes[0]!.clause, ['/purpose']);
  const recipient = onwardRecipient(request, protocol, model);
  if (recipient === null)
    return refused('RECIPIENT_NOT_COVERED', model.recipientsClause ?? model.parties.receiver.clause, ['/recipient']);
  const stranger = request.items.findIndex((item) => !facts.held.includes(item) || !indexOf(model).items.has(item));
  if (stranger >= 0) return refused('ITEM_NOT_COVERED', model.itemsClause, [`/items/${stranger}`]);
  const beyond = bounds && onwardBeyondFramework(request, recipient, bounds);
  if (beyond) return beyond;
  // Decided by a value, and none is known here: only the receiver has them.
  if (recipient.competence !== null)
    return gap([`items/${recipient.competence.item}/${recipient.competence.field}`], recipient.clause);
  const stop = subjectStop(facts.subject);
  // By law, not by a clause.
  if (stop !== null) return refused(stop, null);
  if (consent?.blocked) return gap([`consent/${consent.consentId}`], model.consent.clause);
  if (consent?.state === 'withdrawn') return refused('CONSENT_WITHDRAWN', model.consent.clause);
  if (consent?.state === 'invalidated') return refused('CONSENT_MISSING', model.consent.clause);
  const { clause, unit, onwardRule: rule } = recipient;
  return { verdict: 'permitted', clause, version: version.version, unit, rule };
}

/** A third party is neither of the two; another recipient of the receiver is the receiver itself. */
function onwardRecipient(
  { recipient: { party, unit, category } }: OnwardRequest,
  { parties }: ProtocolFacts,
  model: ProtocolModel,
): Recipient | null {
  const isThird = party !== parties.sender && party !== parties.receiver;
  for (const recipient of model.recipients) {
    if (recipient.category !== category || !recipient.onward) continue;
    if (recipient.partyRole === 'thirdParty' ? !isThird : party !== parties.receiver) continue;
    if (recipient.unit === null || recipient.unit === unit) return recipient;
  }
  return null;
}
