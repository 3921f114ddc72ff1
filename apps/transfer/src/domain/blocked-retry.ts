/** A fact about a disclosure cannot be read at present: its delivery is looked at again after this time. */
export const BLOCKED_RETRY_MS = 5_000;
