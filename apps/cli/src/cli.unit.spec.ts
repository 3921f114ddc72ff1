import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exitCodes, run } from './index.js';
import { table } from './output/table.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A server that gives one answer to everything. */
async function answering(status: number, body: unknown): Promise<string> {
  server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function convenant(line: string, env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const exitCode = await run(line.split(' ').filter(Boolean), {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    screen: false,
    env: { CONVENANT_TOKEN: 'token', ...env },
  });
  return { exitCode, ...said };
}

describe('convenant', () => {
  it.each([
    ['', 'Usage'],
    ['purge', 'There is no command purge'],
    ['purge sweep', 'There is no command purge sweep'],
    ['purge apply', 'Say which purge'],
    ['purge apply 1', '--set-hash'],
    ['purge status --loud', '--loud'],
    ['purge plan 1', 'plan takes no purge'],
    ['evidence', 'of which protocol'],
    ['evidence mine --out x.tar', 'named by its id'],
    ['evidence 01991014-7c00-7000-8000-abc000000003', '--out'],
    ['evidence 01991014-7c00-7000-8000-abc000000003 more --out x.tar', 'There is no command evidence'],
    ['ops', 'There is no command ops'],
    ['ops explode --service consent --reason x', 'There is no command ops explode'],
    ['ops status relay', 'takes no further word'],
    ['ops status --service nobody', 'There is no service nobody'],
    ['ops pause --service consent --reason x', 'relay or inbox'],
    ['ops pause relay --reason x', '--service'],
    ['ops pause relay --service consent', '--reason'],
    ['ops redrive --service consent --reason x', 'a dead letter'],
    ['ops discard 1 --service consent --reason x', '--hash'],
    ['ops discard 1 --service consent --reason x --hash h', '--lost'],
    ['ops replay --service consent --reason x', 'whose facts'],
    ['ops rebase now --service consent --reason x', 'takes no further word'],
  ])('says how it is used when asked for "%s"', async (line, words) => {
    const { exitCode, out, err } = await convenant(line, { CONVENANT_URL: 'http://127.0.0.1:9' });
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.usage, out: '' });
    expect(err).toContain(words);
  });

  it('needs an address and a token, and takes the token from the environment only', async () => {
    expect(await convenant('purge status')).toMatchObject({ exitCode: exitCodes.usage });
    expect(await convenant('purge status --base-url nowhere')).toMatchObject({ exitCode: exitCodes.usage });
    const { err } = await convenant('purge status', { CONVENANT_URL: 'http://127.0.0.1:9', CONVENANT_TOKEN: '' });
    expect(err).toContain('CONVENANT_TOKEN');
  });

  it('shows its help on stdout', async () => {
    expect(await convenant('--help')).toMatchObject({ exitCode: exitCodes.done, err: '' });
  });

  it('has an exit code for a service that does not answer', async () => {
    expect(await convenant('purge status --base-url http://127.0.0.1:9')).toMatchObject({
      exitCode: exitCodes.unavailable,
      err: 'The installation does not answer at 127.0.0.1:9\n',
    });
  });

  it.each([
    [400, exitCodes.usage],
    [401, exitCodes.notAllowed],
    [403, exitCodes.notAllowed],
    [404, exitCodes.notFound],
    [409, exitCodes.conflict],
    [500, exitCodes.failed],
    [503, exitCodes.unavailable],
  ])('turns a problem of status %i into exit code %i and its sentence', async (httpStatus, exitCode) => {
    const url = await answering(httpStatus, { code: 'CONFLICT', detail: 'The set has changed', clause: '3-phase2' });
    expect(await convenant(`purge status --base-url ${url}`)).toEqual({
      exitCode,
      out: '',
      err: 'CONFLICT: The set has changed (clause 3-phase2)\n',
    });
  });

  const done = { operationId: 'o', operation: 'rebase', target: 'outbox', reason: 'x', performedAt: '' };

  it('says what an operation did, and what no event brings back', async () => {
    const url = await answering(201, { ...done, counts: { appended: 3 }, notCarried: ['values of disclosures'] });
    const line = `ops rebase --service transfer --reason x --key k --base-url ${url}`;
    expect(await convenant(line)).toEqual({
      exitCode: exitCodes.done,
      err: 'Idempotency-Key k\n',
      out: 'transfer: rebase of outbox is done, appended 3 (operation o)\nLost, since no event carries it: values of disclosures\n',
    });
    expect(JSON.parse((await convenant(`${line} --json`)).out)).toMatchObject({ counts: { appended: 3 } });
  });

  it('ends as a conflict when what waited is blocked again', async () => {
    const url = await answering(201, { ...done, operation: 'redrive', counts: { parked: 1 }, blockedBy: 'letter' });
    const { exitCode, out } = await convenant(`ops redrive d --service consent --reason x --base-url ${url}`);
    expect(exitCode).toBe(exitCodes.conflict);
    expect(out).toContain('waits behind dead letter letter now');
  });

  it('has an exit code for a closed service, and says why it is closed', async () => {
    const url = await answering(200, {
      service: 'consent',
      closed: { because: 'behind', detail: 'An operator must rebase it' },
      relay: { paused: false, sequence: 7 },
      inbox: { paused: true, partitions: [], losses: [] },
      deadLetters: 2,
      operations: [],
    });
    const { exitCode, out } = await convenant(`ops status --service consent --base-url ${url}`);
    expect(exitCode).toBe(exitCodes.unavailable);
    expect(out).toMatch(/consent +closed +runs +7 +- +paused +0 +2\nconsent: An operator must rebase it/);
  });
});

describe('a table', () => {
  it('puts words to the left and numbers to the right', () => {
    expect(
      table(
        ['rule', 'count'],
        [
          ['client-file', 7],
          ['x', 1200],
        ],
      ),
    ).toBe('rule         count\nclient-file      7\nx             1200\n');
  });
});
