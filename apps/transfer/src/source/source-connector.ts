import type { SourceItem } from '../domain/source-answer.js';

/** What is asked of a source about one person. `requestId` is the id of the disclosure: the same again when it is repeated. */
export interface SourceRequest {
  readonly requestId: string;
  readonly protocol: string;
  readonly purpose: string;
  readonly items: readonly string[];
  readonly identifier: { readonly kind: string; readonly value: string };
  readonly onBehalfOf: { readonly party: string; readonly userRef: string };
}

/** Where the values are fetched, and how we show who we are. */
export interface SourceEndpoint {
  readonly url: string;
  readonly bearerToken?: string;
}

/** What came of it. Only `found` has values; a receipt is the word of the operator of the route. */
export type SourceOutcome =
  | { readonly kind: 'found'; readonly items: readonly SourceItem[]; readonly receipt?: string }
  | { readonly kind: 'failed'; readonly code: SourceFailure };

export type SourceFailure = 'SOURCE_KNOWS_NOBODY' | 'SOURCE_REFUSED' | 'SOURCE_UNREACHABLE' | 'SOURCE_ANSWER_INVALID';

/** Fetches values from where they are kept, directly or by a service integrator. Never throws for what the other side does. */
export abstract class SourceConnector {
  abstract fetch(endpoint: SourceEndpoint, request: SourceRequest): Promise<SourceOutcome>;
}
