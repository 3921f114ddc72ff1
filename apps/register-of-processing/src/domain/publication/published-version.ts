import { replayProtocol, type FilledPoint, type ProtocolModel, type VersionState } from '@convenant/protocol';
import type { HistoryEntry } from '../protocol-history.js';

/** A version as it was when it came into force: what is made public of it, and nothing that came later. */
export interface PublishedVersion {
  readonly protocolId: string;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly effectiveFrom: number;
  /** As transcribed from the text, over which `dataHash` is taken. */
  readonly drafted: ProtocolModel;
  /** With the open points filled that the parties had settled. */
  readonly effective: ProtocolModel;
  readonly filled: readonly FilledPoint[];
  readonly documentHash: string;
  readonly dataHash: string;
  readonly opinions: VersionState['opinions'];
  readonly signatures: VersionState['signatures'];
}

/** Null for a version that never came into force: what is still being agreed is nobody else's business. */
export function publishedVersion(
  protocolId: string,
  version: number,
  history: readonly HistoryEntry[],
): PublishedVersion | null {
  const at = history.findIndex(({ event }) => event.type === 'protocol.activated' && event.data.version === version);
  const activated = history[at]?.event;
  if (activated?.type !== 'protocol.activated') return null;
  const { current } = replayProtocol(history.slice(0, at + 1).map(({ event }) => event));
  const { model: drafted, documentHash, dataHash, opinions, signatures } = current!;
  const { effectiveFrom, model: effective, filled } = activated.data;
  return {
    protocolId,
    version,
    effectiveFrom,
    drafted,
    effective,
    filled,
    documentHash,
    dataHash,
    opinions,
    signatures,
  };
}
