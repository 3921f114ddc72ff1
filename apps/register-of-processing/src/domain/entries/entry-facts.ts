import type { DeclaredEntry, EntryProcessor } from '@convenant/contracts';
import { applyDecisions, statusOf, type PartyRole, type ProtocolModel } from '@convenant/protocol';
import { governing } from '../governing-version.js';
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
  const days = versionsOf(history).flatMap(({ effectiveFrom }) =>
    effectiveFrom === undefined ? [] : [Date.parse(effectiveFrom)],
  );
  const described = governing(history, state, now)!;
  const endsAt = state.ended?.endedAt ?? state.scheduled?.endsAt ?? null;
  const later = [...days, ...(endsAt === null ? [] : [endsAt])].filter((at) => at > now);
  const status = statusOf(state);
  return {
    model: applyDecisions(described.model, described.decisions).model,
    version: described.version,
    state:
      status === 'ended' || status === 'suspended' ? status : described.effectiveFrom > now ? 'scheduled' : 'inForce',
    effectiveFrom: Math.min(...days),
    endsAt,
    changesAt: later.length === 0 ? null : Math.min(...later),
  };
}
