import { Injectable } from '@nestjs/common';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { closed, Token } from '@convenant/contracts';
import {
  SourceConnector,
  type SourceEndpoint,
  type SourceFailure,
  type SourceOutcome,
  type SourceRequest,
} from './source-connector.js';

const LARGEST_ANSWER = 64 * 1024;

/** What a source answers with 200; see README. */
const SourceAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          item: Token,
          fields: Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 2000 })),
          source: Token,
          version: Token,
        },
        closed,
      ),
      { maxItems: 50 },
    ),
    receipt: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]*$' })),
  },
  closed,
);
const answers = Compile(SourceAnswer);

/**
 * Asks over HTTP: one POST with the request as JSON, the identifier in the body only. 200 with the items, 404 when the source
 * knows nobody by that identifier, any other 4xx is a refusal; everything else counts as not reached. Redirects are not
 * followed and nothing of the answer is kept but the values.
 */
@Injectable()
export class HttpSourceConnector extends SourceConnector {
  /** @param timeoutMs for the whole exchange, real milliseconds */
  constructor(private readonly timeoutMs: number) {
    super();
  }

  async fetch({ url, bearerToken }: SourceEndpoint, request: SourceRequest): Promise<SourceOutcome> {
    let response: Response;
    let body: string | null;
    try {
      response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` }),
        },
        body: JSON.stringify(request),
      });
      body = await textOf(response);
    } catch {
      return failed('SOURCE_UNREACHABLE');
    }
    if (response.status === 404) return failed('SOURCE_KNOWS_NOBODY');
    if (response.status >= 400 && response.status < 500) return failed('SOURCE_REFUSED');
    if (response.status !== 200) return failed('SOURCE_UNREACHABLE');
    const answer = body === null ? null : parsed(body);
    if (answer === null) return failed('SOURCE_ANSWER_INVALID');
    const { items, receipt } = answer;
    return { kind: 'found', items, ...(receipt === undefined ? {} : { receipt }) };
  }
}

function failed(code: SourceFailure): SourceOutcome {
  return { kind: 'failed', code };
}

/** Null when it is larger than any answer may be. */
async function textOf(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > LARGEST_ANSWER) return null;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(body: string): Static<typeof SourceAnswer> | null {
  try {
    const value: unknown = JSON.parse(body);
    return answers.Check(value) ? value : null;
  } catch {
    return null;
  }
}
