import type { PartyDecision } from '../model/apply-decisions.js';
import type { Texts } from '../model/primitives.js';

/** `error`: cannot run as it stands. `warning`: runs, but the DPOs should look. `note`: for the record. */
export type Severity = 'error' | 'warning' | 'note';

/** Something a reader must know about a protocol: where it stands, on which legal source, and what to do about it. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly clause?: string;
  /** JSON Pointer into the file. */
  readonly pointer?: string;
  /** Legal source, or the text itself. */
  readonly source: string;
  readonly text: Texts;
  readonly todo: Texts;
  /** The open point by which the parties can settle it. */
  readonly openPoint?: string;
  /** Set when they have: the finding stays visible, as a note, with who decided and when. */
  readonly decided?: readonly PartyDecision[];
}
