import { beyondFramework, consentBeyondFramework, frameworkBounds } from '../framework/framework-bounds.js';
import type { Recipient, Route } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { consentVerdict } from './consent-check.js';
import type {
  DisclosureFacts,
  DisclosureGap,
  DisclosurePermitted,
  DisclosureRefused,
  DisclosureRequest,
  DisclosureVerdict,
  ProtocolFacts,
} from './disclosure.types.js';
import { inForce } from './in-force.js';
import { itemsVerdict } from './items-check.js';
import { indexOf } from './protocol-index.js';
import { subjectStop } from './subject-check.js';
import { userVerdict } from './user-check.js';
import { gap, refused } from './verdicts.js';

/**
 * Decides whether the requested data may be disclosed. Pure: the same request and facts give the same verdict, and asking
 * "would this be refused, and why" is the same call.
 *
 * A refusal names the first clause that refuses, in this order: is a protocol in force; who asks (party, unit, secrecy,
 * user); on which ground and for which purpose; over which channel; to whom; which items and fields; is the recipient
 * competent; has the person stopped it; did the person consent. Of an accession each of them is asked of its framework too,
 * which binds it as it governs at that instant. What the person said stands last, so that a request that could never succeed does not reveal
 * what a person decided. The closed world holds: what no clause allows is refused, and an unlisted field is refused, not
 * dropped.
 *
 * @param request `requestedAt` chooses the version of the protocol, not the time of the call
 * @see GDPR Art. 5(1)(b), 5(1)(c), 6, 7, 9, 10
 */
export function decideDisclosure(request: DisclosureRequest, facts: DisclosureFacts): DisclosureVerdict {
  const { protocol } = facts;
  if (protocol === null) return gap(['protocol']);
  const version = inForce(protocol, request.requestedAt);
  if ('verdict' in version) return version;
  const { model } = version;
  const index = indexOf(model);
  const bounds = frameworkBounds(model, protocol, request.requestedAt);
  if (bounds !== null && 'verdict' in bounds) return bounds;

  const asker =
    requesterVerdict(request, protocol, model) ?? (model.lookups ? userVerdict(request, facts, model) : null);
  if (asker) return asker;
  if (index.groundMissing !== null) return refused('GROUND_MISSING', index.groundMissing);
  if (!index.purposes.has(request.purpose))
    return refused('PURPOSE_NOT_AGREED', model.purposes[0]!.clause, ['/purpose']);

  const route = agreedRoute(request, facts, model);
  if (route === null) return refused('CHANNEL_NOT_AGREED', model.routes[0]!.clause, ['/channel']);
  const recipient = coveredRecipient(request, protocol, model);
  if (recipient === null)
    return refused('RECIPIENT_NOT_COVERED', model.recipientsClause ?? model.parties.receiver.clause, ['/recipient']);

  const items = itemsVerdict(request, model, index);
  if ('verdict' in items) return items;
  const beyond = bounds && beyondFramework(request, { recipient, route }, bounds);
  if (beyond) return beyond;
  const competence = competenceVerdict(request, recipient);
  if (competence) return competence;
  const stop = subjectStop(facts.subject);
  // By law, not by a clause.
  if (stop !== null) return refused(stop, null);
  const consent = consentVerdict(request, facts, model) ?? (bounds && consentBeyondFramework(request, facts, bounds));
  if (consent) return consent;

  const permitted = {
    verdict: 'permitted' as const,
    clause: model.itemsClause,
    version: version.version,
    items,
    recipientClause: recipient.clause,
    route: index.routes.get(route)!,
  };
  const rules = bounds === null ? [model.consent] : [model.consent, bounds.framework.consent];
  if (!rules.some(({ required }) => required)) return permitted;
  const { consentId } = facts.consent!;
  // Set one by one: spreading objects costs as much as the rest of the decision.
  const consented: Consented = permitted;
  consented.consentId = consentId;
  if (rules.some(({ required, use }) => required && use.occurrences === 1)) consented.consumesConsentId = consentId;
  return consented;
}

type Consented = { -readonly [K in keyof DisclosurePermitted]: DisclosurePermitted[K] };

/** Where the sender pushes, one of its named units asks; where the receiver looks up, the receiver asks. */
function requesterVerdict(
  request: DisclosureRequest,
  protocol: ProtocolFacts,
  model: ProtocolModel,
): DisclosureRefused | null {
  const { requester } = request;
  if (model.lookups !== null) {
    return requester.party === protocol.parties.receiver
      ? null
      : refused('USER_SCOPE', model.lookups.users.clause, ['/requester/party']);
  }
  const unit = requester.unit === null ? undefined : indexOf(model).senderUnits.get(requester.unit);
  if (requester.party !== protocol.parties.sender || (model.senderUnits.length > 0 && unit === undefined)) {
    return refused('SENDER_UNIT_NOT_COVERED', model.senderUnits[0]?.clause ?? model.parties.sender.clause, [
      '/requester/unit',
    ]);
  }
  return unit?.requiresSecrecy && !requester.secrecy
    ? refused('SECRECY_REQUIRED', unit.secrecyClause ?? unit.clause, ['/requester/secrecy'])
    : null;
}

/** The agreed route that the channel names exactly; a fallback only while it is active, the main route only while it is not. */
function agreedRoute(request: DisclosureRequest, facts: DisclosureFacts, model: ProtocolModel): Route | null {
  const { kind, address, cipher, route: id } = request.channel;
  for (const route of model.routes) {
    if (route.kind !== kind || (id !== undefined && id !== route.id)) continue;
    if (address !== undefined && !isSameAddress(address, route.address)) continue;
    if (cipher !== undefined && cipher !== route.cipher) continue;
    if (route.fallback !== null && !facts.activeFallbacks?.includes(route.id)) continue;
    return route;
  }
  return null;
}

/** Mail addresses are compared without regard to case: the mailbox is the same. */
function isSameAddress(address: string, agreed: string | null): boolean {
  return address === agreed || address.toLowerCase() === agreed?.toLowerCase();
}

/** A recipient that the sender may address: a category of the receiver, in its unit; never one reached only onward. */
function coveredRecipient(request: DisclosureRequest, protocol: ProtocolFacts, model: ProtocolModel): Recipient | null {
  const { party, unit, category } = request.recipient;
  if (party !== protocol.parties.receiver) return null;
  for (const recipient of model.recipients) {
    if (recipient.category === category && !recipient.onward && (recipient.unit === null || recipient.unit === unit))
      return recipient;
  }
  return null;
}

/** The place of the person decides which receiver is competent; without the place it cannot be said. */
function competenceVerdict(request: DisclosureRequest, recipient: Recipient): DisclosureRefused | DisclosureGap | null {
  const { competence } = recipient;
  if (competence === null) return null;
  const place = request.items.find((item) => item.item === competence.item)?.fields[competence.field];
  if (place === undefined) return gap([`items/${competence.item}/${competence.field}`], recipient.clause);
  return competence.values.includes(place)
    ? null
    : refused('RECIPIENT_NOT_COMPETENT', recipient.clause, [`/items/${competence.item}/fields/${competence.field}`]);
}
