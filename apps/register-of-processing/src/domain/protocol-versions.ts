import { formatInstant } from '@convenant/kernel';
import type { VersionView } from '@convenant/contracts';
import type { ProtocolModel } from '@convenant/protocol';
import { isEnding, type HistoryEntry } from './protocol-history.js';

/** A version of a protocol as it was entered, and what became of it. */
export interface ProtocolVersion extends VersionView {
  readonly model: ProtocolModel;
}

/**
 * Every version of a protocol, oldest first, from its events alone. A version decides what may flow from its `effectiveFrom`
 * until that of the next activated one; the request's own time picks it.
 */
export function versionsOf(history: readonly HistoryEntry[]): ProtocolVersion[] {
  const versions: ProtocolVersion[] = [];
  const withdrawDraft = () => change(versions, (version) => version.state === 'agreeing', { state: 'withdrawn' });
  for (const { event, recordedAt } of history) {
    if (event.type === 'protocol.drafted' || event.type === 'protocol.amended') {
      const { version, documentHash, dataHash, model } = event.data;
      withdrawDraft();
      versions.push({
        version,
        state: 'agreeing',
        documentHash,
        dataHash,
        draftedAt: formatInstant(recordedAt),
        model,
      });
    } else if (event.type === 'protocol.activated') {
      const effectiveFrom = formatInstant(event.data.effectiveFrom);
      // A later version may be in force from an earlier day than the one before was to be: then that one never is.
      const overtaken = ({ state, replacedFrom }: ProtocolVersion) =>
        state === 'activated' && (replacedFrom === undefined || replacedFrom > effectiveFrom);
      change(versions, overtaken, { replacedFrom: effectiveFrom });
      change(versions, ({ version }) => version === event.data.version, { state: 'activated', effectiveFrom });
    } else if (isEnding(event)) withdrawDraft();
  }
  return versions;
}

function change(
  versions: ProtocolVersion[],
  which: (version: ProtocolVersion) => boolean,
  to: Partial<VersionView>,
): void {
  for (const [index, version] of versions.entries()) if (which(version)) versions[index] = { ...version, ...to };
}
