import type { ProtocolModel } from '../model/protocol.schema.js';
import type { RouteKind } from '../model/content.schema.js';
import type { Texts } from '../model/primitives.js';
import type { RefusalCode } from './refusal-codes.js';

/** One requested item with its values. `fields` may be empty where the values are fetched later (a look-up). */
export interface RequestedItem {
  readonly item: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface DisclosureRequest {
  /** Epoch milliseconds, UTC. The protocol version in force at this instant decides. */
  readonly requestedAt: number;
  readonly purpose: string;
  readonly items: readonly RequestedItem[];
  /** Party id, unit and category; never a person. */
  readonly recipient: { readonly party: string; readonly unit: string; readonly category: string };
  /** Absent address and cipher mean those of the agreed route of that kind. */
  readonly channel: {
    readonly kind: RouteKind;
    readonly address?: string;
    readonly cipher?: string;
    /** Set where the service itself takes the route that is in use. */
    readonly route?: string;
  };
  readonly requester: {
    readonly party: string;
    readonly unit: string | null;
    readonly secrecy: boolean;
    readonly roles: readonly string[];
    /** Set for a named natural person, absent for a system or shared account. */
    readonly userRef?: string;
  };
  readonly subjectRef: string;
  readonly consentId?: string;
  /**
   * For protocols with look-ups: which kind of identifier is used, which kinds are stated not to exist, and for which task
   * of the user.
   */
  readonly lookup?: {
    readonly identifierKind: string;
    readonly absentKinds?: readonly string[];
    readonly task?: string;
  };
}

/** One version of a protocol as the deciding service knows it. */
export interface ProtocolVersionFacts {
  readonly version: number;
  /** The effective model: the text with the decided gaps filled. */
  readonly model: ProtocolModel;
  /** Epoch milliseconds; null while the version has not been activated. */
  readonly effectiveFrom: number | null;
  readonly endedAt?: number | null;
  /** Set while suspended. */
  readonly suspendedFrom?: number | null;
  /** A message about the protocol could not be applied: nothing may be decided on it. */
  readonly blocked?: boolean;
}

export interface ProtocolFacts {
  readonly protocolId: string;
  readonly versions: readonly ProtocolVersionFacts[];
  /** Party ids. */
  readonly parties: { readonly sender: string; readonly receiver: string };
  /** The clause of the ending or suspension that stopped the flow, where one did. */
  readonly stopClause?: string | null;
  /** Of an accession: the framework protocol it hangs on; without it nothing is permitted under the accession. */
  readonly framework?: ProtocolFacts | null;
}

export interface ConsentFacts {
  readonly consentId: string;
  readonly subjectRef: string;
  readonly protocolId: string;
  readonly purpose: string;
  /** Item ids that the consent covers. */
  readonly items: readonly string[];
  readonly recipient: { readonly party: string; readonly unit: string; readonly category: string };
  readonly state: 'given' | 'withdrawn' | 'refused' | 'expired' | 'used' | 'invalidated';
  /** Ids of the information points that were given before the consent. */
  readonly noticePoints: readonly string[];
  /** Epoch milliseconds. */
  readonly givenAt: number;
  readonly expiresAt?: number | null;
  readonly blocked?: boolean;
}

/** What the person has stopped under this protocol. @see GDPR Art. 18, 21 */
export interface SubjectFacts {
  readonly restricted: boolean;
  readonly objection: 'pending' | 'upheld' | null;
}

/** One authorisation: of a person, for a task in a capacity. */
export interface UserFacts {
  readonly userRef: string;
  readonly state: 'authorized' | 'revoked';
  readonly task: string;
  readonly capacity: string;
  /** With the unit and the secrecy that the token states, this must agree. */
  readonly unit: string;
  readonly secrecy: boolean;
  readonly items: readonly string[];
  /** Who answers for the use: a person by reference or an office of the party. */
  readonly supervisor: string | null;
  readonly validFrom: number;
  readonly validUntil: number | null;
  readonly blocked?: boolean;
}

export interface DisclosureFacts {
  readonly protocol: ProtocolFacts | null;
  readonly consent: ConsentFacts | null;
  /** Absent: the person has stopped nothing. */
  readonly subject?: SubjectFacts;
  /** The authorisation of `requester.userRef`; asked for only where the protocol has look-ups. */
  readonly user?: UserFacts | null;
  /** What the user has looked up lately, against how much the user may: a limit against harvesting. */
  readonly budget?: { readonly spent: number; readonly limit: number; readonly clause: string | null };
  /** Ids of fallback routes on which non-cooperation of the agreed route is on record. */
  readonly activeFallbacks?: readonly string[];
}

export interface PermittedItem {
  readonly item: string;
  readonly clause: string;
}

export interface DisclosurePermitted {
  readonly verdict: 'permitted';
  /** The clause of the list of items. */
  readonly clause: string;
  readonly version: number;
  readonly items: readonly PermittedItem[];
  readonly recipientClause: string;
  readonly route: {
    readonly id: string;
    readonly kind: RouteKind;
    readonly address: string | null;
    readonly cipher: string | null;
    readonly clause: string;
  };
  /** Set where the protocol asks for consent. */
  readonly consentId?: string;
  /** Set where the consent is used up by this disclosure. */
  readonly consumesConsentId?: string;
}

export interface DisclosureRefused {
  readonly verdict: 'refused';
  readonly code: RefusalCode;
  /** The first clause that refuses. */
  readonly clause: string | null;
  readonly explanation: Texts;
  /** JSON Pointers into the request to what was refused; names only, never values. */
  readonly about?: readonly string[];
}

/** A fact is missing or blocked. Refuses too; what is missing is for the DPO, not for the caller. */
export interface DisclosureGap {
  readonly verdict: 'gap';
  readonly missing: readonly string[];
  readonly clause?: string;
}

export type DisclosureVerdict = DisclosurePermitted | DisclosureRefused | DisclosureGap;
