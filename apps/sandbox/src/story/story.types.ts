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
  /** The protocol of this run; absent when it never was drafted. */
  protocolId?: string;
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

export interface People {
  /** Who is referred, four times in all, and gets a new phone number in between. */
  referred: Person & { newPhone: string };
  /** Who consents fifty times and withdraws once. */
  withdrawing: Person;
}

/** The message broker as a party's operator knows it. */
export interface StoryKafka {
  brokers: string[];
  tls?: boolean;
  /** Lets the principal log in with the password, as the operator of the installation does by hand for a party. */
  makePrincipal(name: string, password: string): Promise<void>;
}

export interface StoryOptions {
  /** The one address of the installation. */
  baseUrl: string;
  /** Called with each step once it has been played. */
  onStep?: (step: Step) => void;
  people?: People;
  /** Without it nobody speaks on a topic of their own: the chapters on topics are left out. */
  kafka?: StoryKafka;
  /** Awaited before each chapter, with its title: whoever watches may do something to the installation meanwhile. */
  beforeChapter?: (title: string) => Promise<void>;
  /** Path of the protocol file; the shipped one when absent. */
  protocolFile?: string;
  /** For how long, in milliseconds, a service that does not answer is asked again. */
  patienceMs?: number;
  /** The clock stays where the story ends, for one who looks at what it has come to. */
  leaveClock?: boolean;
  /** Titles of chapters that are not played. */
  leaveOut?: readonly string[];
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
