import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { root } from './paths.mjs';

/**
 * The one address of the system: `/<service>/…` goes to that service, `/` lists what is there. Development's stand-in
 * for an ingress: bodies are streamed both ways, nothing is looked at.
 *
 * @typedef {{ port: number, url: string, route: (prefix: string, port: number | undefined) => void,
 *   close: () => Promise<void> }} EntryProxy `route`: from now on; without a port the service is down and answered 503
 */

/**
 * @param {number} port
 * @returns {Promise<EntryProxy>} listening on loopback; a service without a route yet is answered 503
 */
export async function startEntryProxy(port) {
  /** @type {Map<string, number | undefined>} */
  const routes = new Map();
  const server = createServer((incoming, outgoing) => {
    const prefix = /^\/([a-z]+)(?=[/?]|$)/.exec(incoming.url ?? '/')?.[1];
    const target = prefix === undefined ? undefined : routes.get(prefix);
    if (target !== undefined) return forward(incoming, outgoing, target);
    if (prefix !== undefined && routes.has(prefix)) return unavailable(outgoing);
    if (incoming.url === '/')
      return void outgoing.setHeader('content-type', 'text/html; charset=utf-8').end(page([...routes.keys()]));
    const code = /^\/docs\/problems\/([A-Z_]+)\.md$/.exec(incoming.url ?? '')?.[1];
    if (code !== undefined) return void problemPage(outgoing, code);
    if (incoming.url === '/favicon.ico') return void outgoing.writeHead(204).end();
    problem(outgoing, 404, 'NOT_FOUND', 'Not found', `There is nothing here. GET / lists what there is.`);
  });
  // Event streams stay open as long as their readers want.
  server.requestTimeout = 0;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    route: (prefix, to) => void routes.set(prefix, to),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {number} port
 */
function forward(incoming, outgoing, port) {
  const { method, url, headers } = incoming;
  const onward = httpRequest({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    // The service ended in the middle: break the answer off, so that nobody takes half of it for the whole.
    answer.once('error', () => outgoing.destroy());
  });
  onward.once('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else unavailable(outgoing);
  });
  // A caller that hangs up must not leave the service working for nobody.
  outgoing.once('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** @param {import('node:http').ServerResponse} outgoing */
function unavailable(outgoing) {
  problem(outgoing, 503, 'UNAVAILABLE', 'Temporarily unavailable', 'The service does not answer.');
}

/**
 * The page that the `href` of a problem names.
 * @param {import('node:http').ServerResponse} outgoing
 * @param {string} code
 */
async function problemPage(outgoing, code) {
  try {
    const text = await readFile(join(root, 'docs/problems', `${code}.md`), 'utf8');
    outgoing.setHeader('content-type', 'text/markdown; charset=utf-8').end(text);
  } catch {
    problem(outgoing, 404, 'NOT_FOUND', 'Not found', `There is no problem ${code}.`);
  }
}

/**
 * @param {import('node:http').ServerResponse} outgoing
 * @param {number} status
 * @param {string} code
 * @param {string} title
 * @param {string} detail
 */
function problem(outgoing, status, code, title, detail) {
  const name = code.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const body = { type: `urn:problem-type:convenant:${name}`, title, status, detail, code };
  outgoing.writeHead(status, { 'content-type': 'application/problem+json' });
  outgoing.end(JSON.stringify(body));
}

/** @param {string[]} prefixes */
function page(prefixes) {
  const lines = prefixes.map((name) =>
    name === 'sandbox'
      ? '<li><a href="/sandbox/">sandbox</a>: tokens, mail, clock (development only)</li>'
      : `<li>${name}: <a href="/${name}/docs">API</a>, <a href="/${name}/openapi.json">OpenAPI</a>, <a href="/${name}/health">health</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Convenant</title>
<h1>Convenant</h1>
<p>Data flows between public bodies only as their protocol says.</p>
<ul>
${lines.join('\n')}
</ul>
</html>
`;
}
