import { replayProtocol, type ProtocolState } from '@convenant/protocol';
import type { HistoryEntry } from './protocol-history.js';

/** A version that was activated. */
export type ActiveVersion = NonNullable<ProtocolState['current']>;

/**
 * The version that governs at `now` (epoch milliseconds), else the first that will; null for a protocol that was never
 * activated. Activations are in the order in which versions were agreed, so this is `governingVersion` of libs/protocol on
 * the events, with the decisions of that version.
 *
 * A later version may be agreed on long before its day: until then the one before governs.
 */
export function governing(history: readonly HistoryEntry[], state: ProtocolState, now: number): ActiveVersion | null {
  const begun = ({ event }: HistoryEntry, by: number) =>
    event.type === 'protocol.activated' && event.data.effectiveFrom <= by;
  const last = history.findLastIndex((entry) => begun(entry, now));
  const at = last >= 0 ? last : history.findIndex((entry) => begun(entry, Infinity));
  if (at < 0) return null;
  const { current } = replayProtocol(history.slice(0, at + 1).map(({ event }) => event));
  // Decisions that were taken since count for the version that was activated last.
  return current?.version === state.current?.version ? state.current : current;
}
