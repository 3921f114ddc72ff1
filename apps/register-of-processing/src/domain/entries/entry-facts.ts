import type { DeclaredEntry, EntryProcessor } from '@convenant/contracts';
import { applyDecisions, statusOf, type PartyRole, type ProtocolModel } from '@convenant/protocol';
import { stateAt, type HistoryEntry } from '../protocol-history.js';
import { versionsOf } from '../protocol-versions.js';

/** A registered party as an entry names it. */
export interface PartyFacts {
  readonly id: string;
  readonly name: string;
  readonly enterpriseNumber: string;
  readonly unitCode?: string;
  readonly dpo: readonly string[];
}

/** What a party last said of its own register. */
export interface Declaration {
  readonly entry: DeclaredEntry;
  /** Calendar date in Brussels. */
  readonly on: string;
}

/** Everything that the entries of one protocol follow from. */
export interface EntryFacts {
  readonly text: TextInForce;
  readonly parties: Readonly<Record<PartyRole, PartyFacts>>;
  readonly declared: Readonly<Record<PartyRole, Declaration | null>>;
  /** Processors that a party recorded beside those that the text names. */
  readonly recorded: Readonly<Record<PartyRole, readonly EntryProcessor[]>>;
}

/** The version that an entry describes, with what the parties decided beside the text. */
export interface TextInForce {
  readonly model: ProtocolModel;
  readonly version: number;
  readonly state: 'scheduled' | 'inForce' | 'suspended' | 'ended';
  /** Since when the protocol governs, in whichever version; epoch milliseconds, as the next two. */
  readonly effectiveFrom: number;
  readonly endsAt: number | null;
  /** When another version or state follows by the calendar alone. */
  readonly changesAt: number | null;
}

/**
 * The version in force at `now`, else the first one that will be; null for a protocol that was never activated. An amendment
 * that is activated for a later day is described from that day on.
 */
export function textInForce(history: readonly HistoryEntry[], now: number): TextInForce | null {
  const state = stateAt(history, now);
  if (state.current === null) return null;
  const activated = versionsOf(history).flatMap(({ version, effectiveFrom }) =>
    effectiveFrom === undefined ? [] : [{ version, from: Date.parse(effectiveFrom) }],
  );
  const begun = activated.filter(({ from }) => from <= now);
  const described = begun.at(-1) ?? activated.find(({ from }) => from > now)!;
  const known = described.version === state.current.version ? state.current : currentAt(history, described.version);
  const endsAt = state.ended?.endedAt ?? state.scheduled?.endsAt ?? null;
  const later = [...activated.map(({ from }) => from), ...(endsAt === null ? [] : [endsAt])].filter((at) => at > now);
  const status = statusOf(state);
  return {
    model: applyDecisions(known.model, known.decisions).model,
    version: described.version,
    state: status === 'ended' || status === 'suspended' ? status : described.from > now ? 'scheduled' : 'inForce',
    effectiveFrom: Math.min(...activated.map(({ from }) => from)),
    endsAt,
    changesAt: later.length === 0 ? null : Math.min(...later),
  };
}

/** An earlier version, as it was when it was activated. */
function currentAt(history: readonly HistoryEntry[], version: number) {
  const index = history.findIndex(({ event }) => event.type === 'protocol.activated' && event.data.version === version);
  const entry = history[index]!;
  return stateAt(history.slice(0, index + 1), entry.recordedAt).current!;
}
