/**
 * A place in a reader's own order: behind `position` among what the arrival at `since` made visible. An entry that is seen
 * from its own arrival on stands at (n, n), behind whatever else that arrival revealed.
 */
export interface ReadingCursor {
  since: number;
  position: number;
}

export const BEGINNING: ReadingCursor = { since: 0, position: 0 };

/** `42` for (42, 42), `42.17` for entry 17 that arrival 42 revealed. */
export function formatCursor({ since, position }: ReadingCursor): string {
  return since === position ? String(since) : `${since}.${position}`;
}

/** Undefined when it is no cursor. Nothing stands at (n, m) with m greater than n. */
export function parseCursor(text: string): ReadingCursor | undefined {
  const parts = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(text);
  if (!parts) return undefined;
  const since = Number(parts[1]);
  const position = Number(parts[2] ?? parts[1]);
  return position > since || (position === 0 && since > 0) ? undefined : { since, position };
}
