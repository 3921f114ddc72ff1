/** A handler answered something else than its route declares: our fault, answered 500 INTERNAL. Its message names fields. */
export class AnswerMismatch extends Error {
  override readonly name = 'AnswerMismatch';
}
