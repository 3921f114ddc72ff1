import { createServer, request as httpRequest } from 'node:http';

/**
 * What somebody in front of the entry wants to do about one request.
 * @typedef {{ before?: () => void, sent?: () => void, answered?: () => void }} Watch
 * @typedef {{ method: string, path: string, key: string | undefined }} Seen `key`: of a command
 */

/**
 * An address in front of the entry: passes all on as it is, and tells of each request before it is sent on, when it has
 * been, and when the caller has its answer. What breaks behind it breaks for the caller too.
 * @param {string} target
 * @param {(seen: Seen) => Watch | undefined} onRequest
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startWatchedEntry(target, onRequest) {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const key = headers['idempotency-key'];
    const watch = onRequest({ method, path, key: typeof key === 'string' ? key : undefined });
    watch?.before?.();
    const onward = httpRequest({ host: hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.once('error', () => outgoing.destroy());
    });
    onward.once('error', () => outgoing.destroy());
    onward.once('finish', () => watch?.sent?.());
    outgoing.once('finish', () => watch?.answered?.());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  // The trail's streams stay open as long as their readers want.
  server.requestTimeout = 0;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  const { port: own } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${own}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
