import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { type Detainee, inventedDetainees, SOURCE_NAME } from './detainees.js';
import { type Callers, type EndpointAnswer, JsonEndpoint } from './json-endpoint.js';

const closed = { additionalProperties: false };
const Word = Type.String({ minLength: 1, maxLength: 200 });

/** As the transfer service asks; see its README. */
const Question = Type.Object(
  {
    requestId: Word,
    protocol: Word,
    purpose: Word,
    items: Type.Array(Word, { minItems: 1 }),
    identifier: Type.Object({ kind: Word, value: Word }, closed),
    onBehalfOf: Type.Object({ party: Word, userRef: Word }, closed),
  },
  closed,
);
const questions = Compile(Question);

/** One question as the source remembers it: no identifier and no value. */
export interface AnsweredQuestion {
  requestId: string;
  /** Which of the callers asked: the integrator, or the installation itself. */
  caller: string;
  userRef: string;
  identifierKind: string;
  items: readonly string[];
  status: 200 | 403 | 404;
}

/**
 * The agency that keeps the authentic source, as its endpoint: knows the invented detainees, each by the identifiers they have,
 * and gives the items that are asked for, each with source and version. 401 for a caller without a token, 403 for an item that
 * it does not keep, 404 for somebody it does not know. It gives no receipt: that is for who carries for others.
 */
export class SourceAgency {
  /** In the order in which they came. */
  readonly answered: AnsweredQuestion[] = [];
  private endpoint!: JsonEndpoint;

  private constructor(private readonly detainees: readonly Detainee[]) {}

  static async start(callers: Callers, detainees = inventedDetainees): Promise<SourceAgency> {
    const agency = new SourceAgency(detainees);
    agency.endpoint = await JsonEndpoint.start('/detainees', callers, async (caller, question) =>
      agency.answer(caller, question),
    );
    return agency;
  }

  get origin(): string {
    return this.endpoint.origin;
  }

  get url(): string {
    return this.endpoint.url;
  }

  close(): Promise<void> {
    return this.endpoint.close();
  }

  private answer(caller: string, question: unknown): EndpointAnswer {
    if (!questions.Check(question)) return { status: 400, body: { code: 'QUESTION_INVALID' } };
    const { requestId, items, identifier, onBehalfOf } = question;
    const remember = (status: AnsweredQuestion['status']) =>
      this.answered.push({
        ...{ requestId, caller, items, status },
        ...{ userRef: onBehalfOf.userRef, identifierKind: identifier.kind },
      });
    const person = this.detainees.find(
      (detainee) => detainee['identifier']?.fields[identifier.kind] === identifier.value,
    );
    if (!person) {
      remember(404);
      return { status: 404, body: { code: 'NOBODY_KNOWN' } };
    }
    const given = items.map((item) => ({ item, kept: person[item] }));
    if (given.some(({ kept }) => kept === undefined)) {
      remember(403);
      return { status: 403, body: { code: 'ITEM_NOT_KEPT' } };
    }
    remember(200);
    return {
      status: 200,
      body: { items: given.map(({ item, kept }) => ({ item, ...kept, source: SOURCE_NAME })) },
    };
  }
}
