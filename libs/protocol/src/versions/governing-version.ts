/**
 * The version that governs at an instant: of those whose day has come, the one that was agreed last; null when none has.
 * A version that a later one overtook before its own day never governs.
 *
 * @param at epoch milliseconds, UTC, as `effectiveFrom`; null there for a version that is not activated
 */
export function governingVersion<Version extends { readonly version: number; readonly effectiveFrom: number | null }>(
  versions: readonly Version[],
  at: number,
): Version | null {
  let governs: Version | null = null;
  for (const version of versions) {
    if (version.effectiveFrom === null || version.effectiveFrom > at) continue;
    if (governs === null || version.version > governs.version) governs = version;
  }
  return governs;
}
