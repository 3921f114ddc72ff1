/** One step of the story as it was played. */
export interface Step {
  /** Chapter and place in it: `3.2`. */
  id: string;
  /** Clause of the protocol that it shows; empty where it shows none. */
  clause: string;
  ok: boolean;
  /** Who did what, and what the system decided and why; of a step that went wrong, what was expected. */
  detail: string;
  chapter: string;
  who: string;
  what: string;
  outcome: string;
}

export interface StoryResult {
  story: string;
  ok: boolean;
  steps: Step[];
  /** Milliseconds of real time, by name. */
  timings: Record<string, number>;
}

/** The values of invented people; a test puts values here that it can find again. */
export interface Person {
  caseRef: string;
  firstName: string;
  lastName: string;
  street: string;
  phone: string;
  email: string;
}

export interface StoryOptions {
  /** The one address of the installation. */
  baseUrl: string;
  /** Called with each step once it has been played. */
  onStep?: (step: Step) => void;
  /** Who is referred, and who consents fifty times and withdraws once. */
  people?: { referred: Person; withdrawing: Person };
  /** Path of the protocol file; the shipped one when absent. */
  protocolFile?: string;
}

/** Something is not as it should be: says what was seen and what was expected, never a value of a person. */
export class StoryMismatch extends Error {
  override name = 'StoryMismatch';
}

/** @throws StoryMismatch unless both have the same JSON form */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (seen !== wanted) throw new StoryMismatch(`${what} is ${seen}, expected ${wanted}`);
}

/** @throws StoryMismatch unless `holds` */
export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new StoryMismatch(otherwise);
}
