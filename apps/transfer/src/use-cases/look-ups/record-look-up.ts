import { disclosureAuthorized, disclosureRefused, type LookUpRequest } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import type { DisclosureRequest, DisclosureVerdict } from '@convenant/protocol';
import { insertDisclosures } from '../../db/decision.statements.js';
import { insertLookUp } from '../../db/look-up.statements.js';
import type { LookUpLease } from '../../domain/look-up-lease.js';
import { publishableNames, UNLISTED } from '../../domain/publishable-names.js';
import { storedVerdict } from '../../domain/verdict.js';
import { asDisclosure, type LookUpFacts } from './decide-look-up.js';

/** One person of a look-up, decided. */
export interface DecidedLookUp {
  readonly id: string;
  readonly subjectRef: string;
  readonly request: DisclosureRequest;
  readonly verdict: DisclosureVerdict;
}

/**
 * Records a decision with its event, permitted and refused alike. Permitted is an intent: the ledger without values, and a
 * lease for the one who asks; only after its commit may the source be asked.
 */
export async function recordLookUp(
  tx: WriteTransaction,
  { id, subjectRef, request, verdict }: DecidedLookUp,
  how: {
    caller: CallerIdentity;
    info: CommandInformation;
    body: LookUpRequest;
    facts: LookUpFacts;
    lease: LookUpLease;
  },
): Promise<void> {
  const { caller, body, facts, lease } = how;
  // Who acts is the person, not the system they use.
  const context = { ...how.info.context, actorRef: caller.userRef };
  const asked = asDisclosure(facts, caller, body, subjectRef);
  const names = publishableNames(
    asked,
    facts.protocol.facts.versions.map(({ model }) => model),
  );
  const stored = storedVerdict(verdict);
  const permitted = verdict.verdict === 'permitted' ? verdict : null;
  const recipient = permitted ? asked.recipient : names.recipient;
  const rule = facts.model.recipients.find(({ category }) => category === recipient.category);
  const lookUp = publishableLookUp(request, facts);
  await tx.query(
    insertDisclosures([
      {
        id,
        protocol_id: body.protocolId,
        protocol_version: permitted?.version ?? null,
        subject_ref: subjectRef,
        requester_party: caller.party!,
        requester_ref: caller.userRef,
        requester_unit: caller.unit ?? null,
        purpose: names.purpose,
        consent_id: null,
        recipient_party: recipient.party,
        recipient_unit: recipient.unit,
        recipient_category: recipient.category,
        requires_secrecy: permitted && rule ? rule.requiresSecrecy : true,
        items: names.items,
        verdict: stored.verdict,
        code: stored.code ?? null,
        clause: stored.clause ?? null,
        missing: stored.missing ? [...stored.missing] : null,
        state: permitted ? 'authorized' : 'refused',
        route_id: permitted?.route.id ?? null,
        requested_at: new Date(facts.now),
        ledger: permitted && permitted.items.map(({ item, clause }) => ({ item, fields: [], clause })),
      },
    ]),
  );
  const common = {
    disclosureId: id,
    subjectRef,
    protocolId: body.protocolId,
    requesterParty: caller.party!,
    ...(caller.unit ? { requesterUnit: caller.unit } : null),
    lookUp,
    requestedAt: formatInstant(facts.now),
  };
  const envelope = { subject: id, context, protocolId: body.protocolId, occurredAt: facts.now };
  let causationId = context.causationId;
  if (permitted) {
    const { items, clause, version, route } = permitted;
    const event = await tx.append(disclosureAuthorized, {
      ...envelope,
      data: {
        ...common,
        purpose: body.purpose,
        items: items.map(({ item }) => item),
        recipient,
        protocolVersion: version,
        clause,
        channel: { kind: route.kind, route: route.id },
        facts: factsOf(facts),
      },
      protocolVersion: version,
      clause,
    });
    causationId = event.id;
  } else {
    const { clause, missing, code } = stored;
    await tx.append(disclosureRefused, {
      ...envelope,
      data: {
        ...common,
        ...names,
        verdict: stored.verdict === 'gap' ? 'gap' : 'refused',
        code: code!,
        ...(clause ? { clause } : null),
        ...(missing ? { missing: [...missing] } : null),
      },
      ...(clause ? { clause } : null),
    });
  }
  const row = {
    disclosure_id: id,
    user_ref: caller.userRef,
    identifier_kind: lookUp.identifierKind,
    absent_kinds: lookUp.absentKinds,
    task: lookUp.task,
    capacity: facts.user?.capacity ?? null,
    authorization_id: facts.user?.authorization_id ?? null,
    supervisor: facts.user?.supervisor ?? null,
    context: { ...context, causationId },
    asked_at: new Date(facts.now),
    state: permitted ? ('open' as const) : ('closed' as const),
    attempt_id: permitted ? lease.attemptId : null,
  };
  await tx.query(insertLookUp(row, permitted ? lease.ms : null));
}

/** What was decided on, by version: what makes the verdict checkable. */
function factsOf({ protocol, user }: LookUpFacts) {
  const facts = [{ kind: 'protocol', subject: protocol.facts.protocolId, aggregateversion: protocol.version }];
  const its = protocol.framework;
  if (its) facts.push({ kind: 'framework', subject: its.facts.protocolId, aggregateversion: its.version });
  if (user) facts.push({ kind: 'user', subject: user.authorization_id, aggregateversion: user.version });
  return facts;
}

/** The shape of the request in the words of the protocol: what it does not know could be anything. */
function publishableLookUp({ lookup }: DisclosureRequest, { model, user }: LookUpFacts) {
  const known = (kind: string) =>
    model.lookups!.identifiers.some((identifier) => identifier.kind === kind) ? kind : UNLISTED;
  return {
    identifierKind: known(lookup!.identifierKind),
    absentKinds: [...new Set((lookup!.absentKinds ?? []).map(known))],
    task: user === null ? UNLISTED : user.task,
    ...(user ? { authorizationId: user.authorization_id, capacity: user.capacity, supervisor: user.supervisor } : null),
  };
}
