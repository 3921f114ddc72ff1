import type { PartyRole } from '../model/primitives.js';
import type { DraftData, OpinionData, ProtocolEvent, SignatureData, Violation } from './protocol-events.js';

/** Who commands: for which party, with which roles of the token. */
export interface Commander {
  readonly party: PartyRole;
  readonly roles: readonly string[];
}

type Draft = Omit<DraftData, 'version'>;

export type ProtocolCommand =
  | ({ readonly type: 'draft' } & Draft)
  | ({ readonly type: 'amend' } & Draft)
  | ({ readonly type: 'recordOpinion'; readonly commander: Commander } & Omit<OpinionData, 'version' | 'by'>)
  | {
      readonly type: 'decideGap';
      readonly commander: Commander;
      readonly openPoint: string;
      readonly value: string;
      readonly capacity: string;
      readonly decidedOn: string;
    }
  | ({ readonly type: 'sign'; readonly commander: Commander } & Omit<SignatureData, 'version' | 'by' | 'capacity'>)
  | { readonly type: 'activate' }
  | { readonly type: 'suspend'; readonly commander: Commander; readonly clause?: string }
  | { readonly type: 'resume'; readonly commander: Commander }
  | {
      readonly type: 'giveNotice';
      readonly commander: Commander;
      readonly receivedAt?: number;
      readonly writingHash?: string;
    }
  | {
      readonly type: 'terminate';
      readonly commander: Commander;
      readonly receivedAt?: number;
      readonly writingHash?: string;
      readonly violation: Violation;
    }
  | {
      readonly type: 'revoke';
      readonly commander: Commander;
      readonly receivedAt?: number;
      readonly writingHash?: string;
    }
  | {
      readonly type: 'assertLapse';
      readonly commander: Commander;
      readonly instrument: string;
      readonly lapsedOn: string;
      readonly writingHash?: string;
    }
  | {
      readonly type: 'endLinkedAgreement';
      readonly commander: Commander;
      readonly agreement: string;
      readonly endedOn: string;
      readonly writingHash?: string;
    }
  /** Given by the register to each accession when its framework is suspended, resumed, or ends. `by`: the party of both. */
  | { readonly type: 'suspendWithFramework'; readonly by: PartyRole }
  | { readonly type: 'resumeWithFramework'; readonly by: PartyRole }
  | { readonly type: 'endWithFramework'; readonly by: PartyRole; readonly endsAt: number }
  /** Given by the register's clock when a scheduled end, or that of a fixed term, has come. */
  | { readonly type: 'conclude' };

export type ProtocolCommandType = ProtocolCommand['type'];

/** Codes of the kernel's problem table that a lifecycle decision can give. */
export type IllegalCode =
  | 'TRANSITION_ILLEGAL'
  | 'PROTOCOL_INVALID'
  | 'OPINION_NOT_BY_DPO'
  | 'SIGNATORY_NOT_NAMED'
  | 'DOCUMENT_HASH_MISMATCH'
  | 'FORBIDDEN'
  | 'INPUT_INVALID'
  | 'CONFLICT';

export interface Illegal {
  readonly code: IllegalCode;
  /** What, which and why; ids only. */
  readonly reason: string;
  readonly clause?: string;
  /** For an activation: the conditions that are not met. */
  readonly waitsFor?: readonly string[];
}

export type ProtocolDecision =
  | { readonly events: readonly ProtocolEvent[]; readonly illegal?: undefined }
  | { readonly events?: undefined; readonly illegal: Illegal };
