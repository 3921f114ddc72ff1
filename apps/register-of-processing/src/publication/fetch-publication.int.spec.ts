import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchPublication } from './fetch-publication.js';

const limits = { bytes: 1_000, withinMs: 1_500, redirects: 3 };

describe('looking at a publication', () => {
  let server: Server;
  let host: string;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url!);
      const [, what, rest] = request.url!.split('/');
      if (what === 'page') response.end('the page');
      else if (what === 'large') response.end(Buffer.alloc(1_001));
      else if (what === 'gone') response.writeHead(410).end();
      else if (what === 'failing') response.writeHead(500).end();
      else if (what === 'slow') response.write('and then');
      else if (what === 'hop')
        response.writeHead(302, { location: Number(rest) > 0 ? `/hop/${Number(rest) - 1}` : '/page' }).end();
      else if (what === 'elsewhere') response.writeHead(302, { location: 'http://10.0.0.1/page' }).end();
      else response.writeHead(302, { location: 'file:///etc/hostname' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const look = (path: string, rules: { httpHosts?: string[]; allowsPrivate?: boolean } = {}) =>
    fetchPublication(
      `http://${host}/${path}`,
      { httpHosts: new Set(rules.httpHosts ?? [host]), allowsPrivate: rules.allowsPrivate ?? true },
      limits,
    );

  it('reads the bytes, also after a few redirects', async () => {
    expect(await look('page')).toEqual({ bytes: Buffer.from('the page') });
    expect(await look('hop/2')).toEqual({ bytes: Buffer.from('the page') });
    expect(await look('hop/3')).toEqual({ cause: 'TOO_MANY_REDIRECTS' });
  });

  it('never connects to an address of our own network, by number, by name or after a redirect', async () => {
    const before = asked.length;
    expect(await look('page', { allowsPrivate: false })).toEqual({ cause: 'ADDRESS_REFUSED' });
    const { port } = new URL(`http://${host}`);
    const named = `localhost:${port}`;
    const rules = { httpHosts: new Set([named]), allowsPrivate: false };
    expect(await fetchPublication(`http://${named}/page`, rules, limits)).toEqual({ cause: 'ADDRESS_REFUSED' });
    expect(asked).toHaveLength(before);
    expect(await look('elsewhere')).toEqual({ cause: 'ADDRESS_REFUSED' });
    expect(await look('file')).toEqual({ cause: 'ADDRESS_REFUSED' });
  });

  it.each([
    ['large', 'TOO_LARGE'],
    ['gone', 'NOT_FOUND'],
    ['failing', 'UNREACHABLE'],
    ['slow', 'UNREACHABLE'],
  ])('says what is wrong with %s: %s', async (path, cause) => {
    expect(await look(path)).toEqual({ cause });
  });

  it('says of a name that nobody has that it cannot be reached', async () => {
    const rules = { httpHosts: new Set<string>(), allowsPrivate: false };
    expect(await fetchPublication('https://nobody.invalid/', rules, limits)).toEqual({ cause: 'UNREACHABLE' });
    expect(await fetchPublication('no address', rules, limits)).toEqual({ cause: 'ADDRESS_REFUSED' });
  });
});
