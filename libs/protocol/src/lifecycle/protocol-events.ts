import type { FilledPoint } from '../model/apply-decisions.js';
import type { PartyRole } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';

export interface OpinionData {
  readonly version: number;
  readonly by: PartyRole;
  readonly outcome: 'positive' | 'negative' | 'conditional' | 'unstated';
  /** Calendar date in Brussels. */
  readonly givenOn: string;
  readonly opinionHash?: string;
  readonly followed: boolean;
  readonly reasonsHash?: string;
  /** The DPO says that the data tells what the document tells. */
  readonly approvesTranscription: boolean;
  readonly documentHash: string;
  readonly dataHash: string;
}

export interface SignatureData {
  readonly version: number;
  readonly by: PartyRole;
  /** Id of the signatory in the file. */
  readonly signatory: string;
  readonly capacity: string;
  readonly signedOn: string;
  /** `paper` and `platform` are records of a signature; only `QES` is cryptographic. */
  readonly method: 'paper' | 'QES' | 'platform';
  readonly documentHash: string;
  readonly dataHash: string;
}

export interface DraftData {
  readonly version: number;
  readonly model: ProtocolModel;
  readonly documentHash: string;
  readonly dataHash: string;
}

export interface EndingData {
  readonly version: number;
  readonly endingId: string;
  readonly by: PartyRole;
  readonly receivedAt: number;
  /** When the flow stops: at once for an immediate ending; for one by law its date, which may lie behind. */
  readonly endsAt: number;
  readonly writingHash?: string;
  readonly clause: string;
  readonly dutiesAfter: readonly string[];
}

/**
 * What happened to a protocol. Names are those of the catalogue; parties stand by role (the register knows their ids);
 * instants are epoch milliseconds, UTC.
 */
export type ProtocolEvent =
  | { readonly type: 'protocol.drafted'; readonly data: DraftData }
  | { readonly type: 'protocol.amended'; readonly data: DraftData & { readonly replaces: number } }
  | { readonly type: 'protocol.opinion.recorded'; readonly data: OpinionData }
  | {
      readonly type: 'protocol.gap.decided';
      readonly data: {
        readonly version: number;
        readonly openPoint: string;
        readonly clause: string;
        readonly value: string;
        readonly by: PartyRole;
        readonly capacity: string;
        readonly decidedOn: string;
        /** False while another party must still say the same. */
        readonly settled: boolean;
      };
    }
  | { readonly type: 'protocol.signed'; readonly data: SignatureData }
  | {
      readonly type: 'protocol.activated';
      readonly data: {
        readonly version: number;
        readonly effectiveFrom: number;
        readonly trigger: 'date' | 'lastSignature';
        /** The effective model: the text with the decided gaps filled. */
        readonly model: ProtocolModel;
        readonly filled: readonly FilledPoint[];
        readonly clause: string;
      };
    }
  | {
      readonly type: 'protocol.suspended';
      readonly data: {
        readonly version: number;
        readonly by: PartyRole;
        readonly suspendedAt: number;
        readonly clause: string;
        /** Reference of the framework protocol whose suspension this is; only its resumption lifts it. */
        readonly framework?: string;
      };
    }
  | {
      readonly type: 'protocol.resumed';
      readonly data: { readonly version: number; readonly by: PartyRole; readonly resumedAt: number };
    }
  | { readonly type: 'protocol.notice.given'; readonly data: EndingData }
  | { readonly type: 'protocol.revoked'; readonly data: EndingData }
  | { readonly type: 'protocol.terminated'; readonly data: EndingData & { readonly violation: Violation } }
  | {
      readonly type: 'protocol.lapsed';
      /** `flagSince` as in `protocol.ended`. */
      readonly data: EndingData & {
        readonly instrument: string;
        readonly lapsedOn: string;
        readonly flagSince: number | null;
      };
    }
  | {
      readonly type: 'protocol.linkedAgreement.ended';
      /** `flagSince` as in `protocol.ended`. */
      readonly data: EndingData & {
        readonly agreement: string;
        readonly endedOn: string;
        readonly flagSince: number | null;
      };
    }
  /** The last day of a fixed term is over. */
  | {
      readonly type: 'protocol.expired';
      readonly data: {
        readonly version: number;
        readonly endsAt: number;
        readonly clause: string;
        readonly dutiesAfter: readonly string[];
      };
    }
  | {
      readonly type: 'protocol.ended';
      readonly data: {
        readonly version: number;
        readonly kind: 'notice' | 'legalGroundLapsed' | 'linkedAgreementEnded';
        readonly endedAt: number;
        /** Disclosures from here on are flagged; null where none can have happened after the end. */
        readonly flagSince: number | null;
        readonly clause: string;
        readonly dutiesAfter: readonly string[];
      };
    };

export type ProtocolEventType = ProtocolEvent['type'];

/** What was violated, by clause, and the hash of the evidence for it. */
export interface Violation {
  readonly clauses: readonly string[];
  readonly evidenceHash: string;
}
