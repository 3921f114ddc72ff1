/** A failure that its message explains fully, remedy included: shown without a stack. */
export class Sentence extends Error {}
