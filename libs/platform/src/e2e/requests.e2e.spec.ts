import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { undeclaredRoutes } from '../index.js';
import { NotesController, startTiny, tinySettings, UndeclaredController } from './tiny-service.support.spec.js';
import { TinySystem, type Answer } from './tiny-system.support.spec.js';

describe('a service', () => {
  let system: TinySystem;
  beforeAll(async () => {
    system = await TinySystem.start();
  });
  afterAll(() => system?.stop());

  describe('input', () => {
    const cases: [string, () => Promise<Answer>, number, string, object][] = [
      ['an unknown field', async () => system.write(await system.agency(), { ...system.note, extra: 'CANARY' }), 400, 'INPUT_INVALID', { issues: [{ in: 'body', name: '/extra', detail: 'is not known here' }] }],
      ['a wrong field', async () => system.write(await system.agency(), { ...system.note, text: 7 }), 400, 'INPUT_INVALID', { issues: [{ in: 'body', name: '/text', detail: 'must be string' }] }],
      ['malformed JSON', async () => system.write(await system.agency(), '{"text": CANARY'), 400, 'BODY_MALFORMED', {}],
      ['a poisoned prototype', async () => system.write(await system.agency(), '{"__proto__": {"admin": true}}'), 400, 'BODY_MALFORMED', {}],
      ['an empty body', async () => system.write(await system.agency(), ''), 400, 'BODY_MALFORMED', {}],
      ['another media type', async () => system.write(await system.agency(), 'CANARY', { 'content-type': 'text/plain' }), 400, 'BODY_MALFORMED', {}],
      ['a form', async () => system.write(await system.agency(), 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }), 400, 'BODY_MALFORMED', {}],
      ['a body that is too large', async () => system.write(await system.agency(), { ...system.note, text: 'x'.repeat(1_300_000) }), 413, 'BODY_TOO_LARGE', {}],
      ['no Idempotency-Key', async () => system.write(await system.agency(), system.note, { 'idempotency-key': '' }), 400, 'IDEMPOTENCY_KEY_MISSING', {}],
      ['an Idempotency-Key that is no UUID', async () => system.write(await system.agency(), system.note, { 'idempotency-key': 'once' }), 400, 'INPUT_INVALID', { issues: [{ in: 'header', name: 'Idempotency-Key', detail: 'must be a UUID' }] }],
      ['a path id that is no UUID', async () => system.post('/register/v1/notes/1;drop/endings', await system.administrator(), '{}'), 400, 'INPUT_INVALID', {}],
      ['a body where none is taken', async () => system.post(`/register/v1/notes/${system.note.id}/endings`, await system.administrator(), { a: 1 }), 400, 'INPUT_INVALID', {}],
      ['an unknown query parameter', async () => system.call('/register/v1/notes?person=CANARY', { token: await system.agency() }), 400, 'INPUT_INVALID', {}],
      ['a query parameter out of range', async () => system.call('/register/v1/notes?limit=6', { token: await system.agency() }), 400, 'INPUT_INVALID', {}],
      ['an unknown route', async () => system.call('/register/v1/CANARY', { token: await system.agency() }), 404, 'NOT_FOUND', {}],
      ['a route outside the service', async () => system.call('/other'), 404, 'NOT_FOUND', {}],
      ['another method', async () => system.call('/register/v1/notes', { method: 'DELETE', token: await system.agency() }), 404, 'NOT_FOUND', {}],
      ['an address that cannot be decoded', async () => system.call('/register/v1/%zz'), 404, 'NOT_FOUND', {}],
    ]; // prettier-ignore
    it.each(cases)('refuses %s', async (_, send, status, code, more) => {
      const { status: got, headers, body } = await send();
      expect({ got, body }).toMatchObject({ got: status, body: { status, code, ...more } });
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(body.instance).toBe(`urn:uuid:${headers.get('x-request-id')}`);
      expect(JSON.stringify(body)).not.toContain('CANARY');
    });

    it('answers what is not HTTP with a problem too', async () => {
      const socket = connect(Number(new URL(system.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.write('CANARY / HTTP/9.9\r\n\r\n');
      await once(socket, 'close');
      expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(text).toContain('Content-Type: application/problem+json');
      expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ status: 400, code: 'BODY_MALFORMED' });
      expect(text).not.toContain('CANARY');
    });

    it('converts and checks a query string', async () => {
      expect((await system.call('/register/v1/notes?limit=3', { token: await system.agency() })).body).toEqual({
        limit: 3,
      });
    });
  });

  describe('commands', () => {
    it('give the same fingerprint for the same command, and another for another', async () => {
      const token = await system.agency();
      const from = NotesController.seen.length;
      await system.write(token, system.note);
      await system.write(token, `{ "text": "a note", "id": "${system.note.id}" }`);
      await system.write(token, { ...system.note, text: 'another' });
      const [one, same, other] = NotesController.seen.slice(from).map(({ info }) => info.fingerprint);
      expect(same).toBe(one);
      expect(other).not.toBe(one);
    });

    it('carry correlation, cause, trace and actor', async () => {
      const correlation = newId();
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const key = newId();
      const answer = await system.write(await system.agency(), system.note, {
        'x-correlation-id': correlation,
        traceparent,
        'idempotency-key': key.toUpperCase(),
      });
      const { info, caller } = NotesController.seen.at(-1)!;
      expect(info.key).toBe(key);
      expect(info.context).toEqual({
        correlationId: correlation,
        causationId: answer.headers.get('x-request-id'),
        traceparent,
        actorParty: system.partyA,
        actorRef: caller.userRef,
      });
      expect(answer.headers.get('belgov-trace-id')).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(answer.headers.get('idempotency-replayed')).toBe('true');
    });
  });

  describe('failures', () => {
    const fail = (what: string) => system.post('/register/v1/notes/get', undefined, { what });

    it('quote code and clause of a refusal', async () => {
      expect(await fail('conflict')).toMatchObject({
        status: 409,
        body: { code: 'CONFLICT', detail: 'Note 1 has ended', clause: 'art-5', href: '/docs/problems/CONFLICT.md' },
      });
    });

    it('say nothing of an unexpected error, and never answer an undeclared field', async () => {
      for (const what of ['error', 'leak']) {
        const { status, body } = await fail(what);
        expect({ status, body }).toMatchObject({ status: 500, body: { code: 'INTERNAL', retryable: true } });
        expect(JSON.stringify(body)).not.toMatch(/CANARY|secret/);
      }
    });
  });

  describe('downloads', () => {
    const page = (id: string, headers: Record<string, string> = {}) =>
      fetch(`${system.url}/register/v1/notes/${id}/page`, { headers });
    const id = '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e11';

    it('answer bytes with their type and tag, and nothing to a caller who has them', async () => {
      const answer = await page(id);
      expect([answer.status, await answer.text()]).toEqual([200, '<p>']);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'public, max-age=60',
        'x-content-type-options': 'nosniff',
        etag: `"${'a'.repeat(64)}"`,
      });
      const known = await page(id, { 'if-none-match': `"x", "${'a'.repeat(64)}"` });
      expect([known.status, await known.text()]).toEqual([304, '']);
    });

    it('answer a fault as a problem like any other route', async () => {
      const answer = await page(`f${id.slice(1)}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        404,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
      expect((await page('x')).status).toBe(400);
    });
  });

  describe('a body', () => {
    it('may be larger where the route says so, and nowhere else', async () => {
      const token = await system.agency();
      const text = 'x'.repeat(1_900_000);
      const post = (path: string, body: object) => system.post(path, token, body);
      expect(await post('/register/v1/notes/large', { text })).toMatchObject({
        status: 201,
        body: { length: 1_900_000 },
      });
      expect(await post('/register/v1/notes', { text })).toMatchObject({
        status: 413,
        body: { code: 'BODY_TOO_LARGE' },
      });
    });
  });

  describe('declarations', () => {
    it('cover every route', () => {
      expect(undeclaredRoutes(system.app)).toEqual([]);
    });

    it('are asked of every route: one without is found and refused', async () => {
      const careless = await startTiny(tinySettings(system.database), [NotesController, UndeclaredController]);
      try {
        expect(undeclaredRoutes(careless.app)).toEqual(['GET /register/v1/open']);
        const response = await fetch(`${careless.url}/register/v1/open`);
        expect({ status: response.status, body: await response.json() }).toMatchObject({
          status: 403,
          body: { code: 'FORBIDDEN' },
        });
      } finally {
        await careless.app.close();
      }
    });

    it('become OpenAPI 3.0, with pages to read it', async () => {
      const document = (await (await fetch(`${system.url}/register/openapi.json`)).json()) as Document;
      expect(document.openapi).toBe('3.0.3');
      expect(unknownKeywords(document)).toEqual([]);
      expect(Object.keys(document.paths)).toEqual([
        '/register/v1/notes',
        '/register/v1/notes/large',
        '/register/v1/notes/{id}/page',
        '/register/v1/notes/{id}/endings',
        '/register/v1/notes/get',
      ]);
      const operation = document.paths['/register/v1/notes']!.post!;
      expect(operation.security).toEqual([{ bearer: [] }]);
      expect(operation.parameters.map((parameter) => parameter.name)).toContain('Idempotency-Key');
      expect(operation.requestBody.content['application/json']!.schema.required).toEqual(['id', 'text']);
      expect(operation.responses['201']!.content['application/json']!.schema.properties!.id!.format).toBe('uuid');
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['201', '400', '401', '403', '404', '409', '413', '500', '503']),
      );
      expect(operation.responses['409']!.content['application/problem+json']!.schema).toEqual({
        $ref: '#/components/schemas/Problem',
      });
      expect(document.paths['/register/v1/notes/{id}/endings']!.post!.parameters[0]).toMatchObject({
        in: 'path',
        name: 'id',
      });
      const page = await fetch(`${system.url}/register/docs`);
      expect({ status: page.status, html: await page.text() }).toMatchObject({
        status: 200,
        html: expect.stringContaining('swagger-ui'),
      });
    });
  });
});

interface Content {
  content: Record<string, { schema: { required?: string[]; properties?: Record<string, { format?: string }> } }>;
}

/** As much of an OpenAPI document as is looked at here. */
interface Document {
  openapi: string;
  paths: Record<
    string,
    {
      post?: {
        security: object[];
        parameters: { name: string; in: string }[];
        requestBody: Content;
        responses: Record<string, Content>;
      };
    }
  >;
}

/** Keywords of a schema object in OpenAPI 3.0; anything else in one is a fault. */
const keywords = new Set(
  (
    'title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems ' +
    'uniqueItems maxProperties minProperties required enum type allOf oneOf anyOf not items properties ' +
    'additionalProperties description format default nullable discriminator readOnly writeOnly example externalDocs ' +
    'deprecated $ref'
  ).split(' '),
);

/** Every schema of the document, wherever it stands, by JSON Pointer. */
function unknownKeywords(node: unknown, pointer = '', isSchema = false): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, child]) => {
    const here = `${pointer}/${key}`;
    const inner = ['items', 'additionalProperties', 'not', 'schema'].includes(key) && !Array.isArray(child);
    const members = ['properties', 'anyOf', 'oneOf', 'allOf', 'schemas'].includes(key);
    const own = isSchema && !keywords.has(key) ? [here] : [];
    if (key === 'example' || key === 'examples' || key === 'enum') return own;
    if (!members) return [...own, ...unknownKeywords(child, here, inner)];
    return [...own, ...Object.entries(child).flatMap(([name, each]) => unknownKeywords(each, `${here}/${name}`, true))];
  });
}
