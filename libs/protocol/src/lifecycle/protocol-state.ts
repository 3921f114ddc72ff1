import type { PartyDecision } from '../model/apply-decisions.js';
import type { PartyRole } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { OpinionData, SignatureData } from './protocol-events.js';

/** One version of the text with what was said, decided and signed about it. */
export interface VersionState {
  readonly version: number;
  readonly model: ProtocolModel;
  readonly documentHash: string;
  readonly dataHash: string;
  /** The last opinion of each party's DPO. */
  readonly opinions: Readonly<Partial<Record<PartyRole, OpinionData>>>;
  readonly decisions: readonly PartyDecision[];
  readonly signatures: readonly SignatureData[];
}

/**
 * Where a protocol stands. `current` is the version that was activated last, `draft` the one being agreed: the first
 * version, or an amendment while the current version goes on.
 */
export interface ProtocolState {
  readonly draft: VersionState | null;
  readonly current: (VersionState & { readonly effectiveFrom: number }) | null;
  /** Number of the last version drafted. */
  readonly lastVersion: number;
  readonly suspension: {
    readonly by: PartyRole;
    readonly suspendedAt: number;
    readonly clause: string;
    /** The framework protocol whose suspension it is. */
    readonly framework?: string;
  } | null;
  /** An ending that is known and lies ahead: a notice, or a lapse with a later date. */
  readonly scheduled: {
    readonly kind: 'notice' | 'legalGroundLapsed' | 'linkedAgreementEnded';
    readonly endsAt: number;
    readonly clause: string;
  } | null;
  readonly ended: { readonly kind: string; readonly endedAt: number; readonly clause: string } | null;
}

export const protocolStatuses = [
  'none',
  'drafted',
  'opined',
  'signed',
  'active',
  'suspended',
  'noticeGiven',
  'ended',
] as const;
export type ProtocolStatus = (typeof protocolStatuses)[number];

export const noProtocol: ProtocolState = {
  draft: null,
  current: null,
  lastVersion: 0,
  suspension: null,
  scheduled: null,
  ended: null,
};

/** The one word for where a protocol stands. A suspended protocol under notice is `suspended`: nothing flows. */
export function statusOf(state: ProtocolState): ProtocolStatus {
  if (state.ended) return 'ended';
  if (state.current) return state.suspension ? 'suspended' : state.scheduled ? 'noticeGiven' : 'active';
  return state.draft ? stageOf(state.draft) : 'none';
}

/** How far the agreement on one version has come. */
export function stageOf(version: VersionState): 'drafted' | 'opined' | 'signed' {
  if (!version.opinions.sender || !version.opinions.receiver) return 'drafted';
  return missingSignatures(version).length === 0 ? 'signed' : 'opined';
}

/** Ids of the named signatories who have not signed this version. */
export function missingSignatures(version: VersionState): string[] {
  const { sender, receiver } = version.model.parties;
  const signed = new Set(version.signatures.map((signature) => `${signature.by}/${signature.signatory}`));
  return [
    ...sender.signatories.filter(({ id }) => !signed.has(`sender/${id}`)).map(({ id }) => id),
    ...receiver.signatories.filter(({ id }) => !signed.has(`receiver/${id}`)).map(({ id }) => id),
  ];
}
