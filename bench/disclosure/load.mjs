/**
 * A load generator in a process of its own: sends the bodies `from` and following, each under a new `Idempotency-Key`, and
 * prints one JSON object. With `rate` the load is open: requests are due at their time whatever the answers do, and a latency
 * counts from when its request was due.
 */
import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { bodyOf } from './bodies.mjs';

/** @type {import('./run-load.mjs').LoadOptions} */
const { url, token, from, modulo, connections, seconds, rate } = JSON.parse(/** @type {string} */ (process.argv[2]));
const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
let n = 0;
const before = process.cpuUsage();
const result = await autocannon({
  url,
  connections,
  duration: seconds,
  timeout: 30,
  ...(rate && { overallRate: rate }),
  requests: [
    {
      method: 'POST',
      setupRequest: (request) => ({
        ...request,
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body: bodyOf(from + (n++ % modulo)),
      }),
    },
  ],
});
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({
    answers: result['2xx'],
    others: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpu: user + system,
  }),
);
