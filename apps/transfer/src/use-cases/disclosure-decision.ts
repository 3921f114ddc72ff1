import { Inject, Injectable } from '@nestjs/common';
import type { RequestDisclosureRequest } from '@convenant/contracts';
import { type Clock, DomainError } from '@convenant/kernel';
import { CLOCK, type Reads, type WriteTransaction } from '@convenant/messaging';
import {
  decideDisclosure,
  type ConsentFacts,
  type DisclosurePermitted,
  type DisclosureRequest,
  type DisclosureVerdict,
  type ProtocolModel,
  type RouteKind,
} from '@convenant/protocol';
import { Facts, type KnownConsent, type KnownProtocol, type KnownSubject, type LoadedFacts } from '../db/facts.js';
import { disclosureRequest, type Requester } from '../domain/disclosure-request.js';
import { notFound, roleIn } from '../domain/protocol-access.js';

/** Routes that this service can take. */
const carried: readonly RouteKind[] = ['mail7zip', 'inboxApi'];

/** A verdict with all that it was decided on. */
export interface DecidedRequest {
  readonly request: DisclosureRequest;
  readonly verdict: DisclosureVerdict;
  readonly protocol: KnownProtocol;
  readonly consent: KnownConsent | null;
  readonly subject: KnownSubject;
}

/** One request to decide on. */
export interface AskedDisclosure {
  readonly requester: Requester;
  readonly body: RequestDisclosureRequest;
}

/**
 * Loads the facts inside the caller's transaction and decides on them; writes nothing. `explain` and the command itself
 * both come here, so they cannot differ.
 *
 * Errors: NOT_FOUND for a protocol or subject that does not exist or does not concern the caller,
 * SUBJECT_NOT_IDENTIFIABLE.
 */
@Injectable()
export class DisclosureDecision {
  constructor(
    @Inject(Facts) private readonly facts: Facts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async decide(tx: WriteTransaction, requester: Requester, body: RequestDisclosureRequest): Promise<DecidedRequest> {
    const [decided] = this.decideAll([{ requester, body }], await this.factsOf(tx, [body]));
    if (decided instanceof DomainError) throw decided;
    return decided!;
  }

  /** What all of these decisions rest on, read together in the transaction of the decisions. */
  factsOf(reads: Reads, bodies: readonly RequestDisclosureRequest[]): Promise<LoadedFacts> {
    return this.facts.load(reads, {
      protocols: bodies.map(({ protocolId }) => protocolId),
      consents: bodies.flatMap(({ consentId }) => consentId ?? []),
      subjects: bodies.map(({ subjectRef }) => subjectRef),
    });
  }

  /** Each for itself: what was decided, or its error. */
  decideAll(asked: readonly AskedDisclosure[], facts: LoadedFacts): readonly (DecidedRequest | DomainError)[] {
    // Asked inside the transaction: a barrier that waits for it must not be overtaken by an older time.
    const now = this.clock.now();
    return asked.map((one) => decideOne(one, facts, now));
  }

  /** The verdict on the same request when the consent turns out to have been used by another one. */
  consentUsed({ request, protocol, consent, subject }: DecidedRequest): DisclosureVerdict {
    return verdictOn(request, protocol, { ...consent!.facts, state: 'used' }, subject);
  }
}

function decideOne(
  { requester, body }: AskedDisclosure,
  facts: LoadedFacts,
  requestedAt: number,
): DecidedRequest | DomainError {
  const protocol = facts.protocol(body.protocolId);
  if (!protocol || !roleIn(protocol.facts.parties, requester.party)) return notFound('Protocol', body.protocolId);
  const subject = facts.subject(body.subjectRef);
  if (subject?.protocolId !== body.protocolId) return notFound('Subject', body.subjectRef);
  if (!subject.identifiable) {
    return new DomainError('SUBJECT_NOT_IDENTIFIABLE', `Reference ${body.subjectRef} leads to nobody any more`);
  }
  const consent = body.consentId ? facts.consent(body.consentId) : null;
  const request = disclosureRequest(body, requester, requestedAt);
  const verdict = verdictOn(request, protocol, consent?.facts ?? null, subject);
  return { request, verdict, protocol, consent, subject };
}

function verdictOn(
  request: DisclosureRequest,
  protocol: KnownProtocol,
  consent: ConsentFacts | null,
  subject: KnownSubject,
): DisclosureVerdict {
  const verdict = decideDisclosure(request, { protocol: protocol.facts, consent, subject: subject.stops });
  if (verdict.verdict !== 'permitted' || carried.includes(verdict.route.kind)) return verdict;
  // Agreed, but nothing here takes this route yet: authorising what can never leave would be a lie.
  return { verdict: 'gap', missing: [`route/${verdict.route.id}`], clause: verdict.route.clause };
}

/** The model that a permitted request was decided by. */
export function modelOf(protocol: KnownProtocol, permitted: DisclosurePermitted): ProtocolModel {
  return protocol.facts.versions.find(({ version }) => version === permitted.version)!.model;
}
