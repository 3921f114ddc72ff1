/**
 * Says that a message can never be handled as it is: it becomes a dead letter and blocks its aggregate until redriven.
 *
 * Everything else a handler throws counts as transient and is tried again in place.
 */
export class PermanentFailure extends Error {
  /**
   * @param failure stable token, for example `consent.unknown`; travels in `deadLetter.recorded`
   * @param detail for operators, who see it beside the dead letter; ids only, never content
   */
  constructor(
    readonly failure: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'PermanentFailure';
  }
}
