import type { Texts } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { Severity } from '../validate/finding.js';

/** Something a regime asks a protocol to contain. */
export interface ContentRule {
  /** Code of the finding when it is absent: `PERIODICITY_ABSENT`. */
  readonly code: string;
  readonly what: Texts;
  readonly pointer: string;
  readonly present: (model: ProtocolModel) => boolean;
}

/** A regime as it reads from a date on. A change of the law is a new version beside the old one, never an edit of it. */
export interface RegimeVersion {
  /** Calendar date in Brussels from which it holds. */
  readonly from: string;
  readonly source: string;
  /** How grave the absence of content is: an error where the law requires it, a warning where it only may be there. */
  readonly absence: Severity;
  /** Conditions under which the regime applies at all; a protocol answers each. */
  readonly conditions: readonly string[];
  readonly content: readonly ContentRule[];
  readonly opinionsAttached: boolean;
}
