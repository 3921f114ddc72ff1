/** ISO 8601 periods, by the calendar of Brussels, that the texts leave to the parties and the operator decides. */
export interface GovernanceTerms {
  /** From entry into force to the publication. */
  readonly publishWithin: string;
  /** From entry into force to the first evidence, list of processors and record of the named ones. */
  readonly beginWithin: string;
  /** How long a shared list counts before it is to be confirmed. */
  readonly listValid: string;
  readonly acknowledgeWithin: string;
  readonly reviewWithin: string;
  /** How long evidence counts that does not say so itself. */
  readonly evidenceValid: string;
  readonly answerWithin: string;
}
