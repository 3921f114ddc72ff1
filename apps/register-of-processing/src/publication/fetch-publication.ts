import { lookup as resolve, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress, refusalOf, type AddressRules } from './address-rules.js';

/** What stands at an address, or why it could not be read. */
export type Fetched =
  | { readonly bytes: Buffer }
  | { readonly cause: 'ADDRESS_REFUSED' | 'UNREACHABLE' | 'NOT_FOUND' | 'TOO_LARGE' | 'TOO_MANY_REDIRECTS' };

/** Bounds of one look. Milliseconds of real time, for all of it together. */
export const FETCH_LIMITS = { bytes: 4 * 1024 * 1024, withinMs: 15_000, redirects: 3 } as const;

/**
 * Fetches what a party says it published, as a stranger on the Internet would.
 *
 * The address is the party's, so it must not lead us into our own network: each address that a name resolves to is judged at
 * the moment of connecting and the connection goes to that very address, so that a name cannot change its mind in between;
 * so is each redirect. No credentials, cookies or proxies; no more bytes and no more time than the limits.
 *
 * Never throws: what went wrong is part of the finding, without the words of the other side.
 */
export async function fetchPublication(
  address: string,
  rules: AddressRules,
  limits: { bytes: number; withinMs: number; redirects: number } = FETCH_LIMITS,
): Promise<Fetched> {
  const signal = AbortSignal.timeout(limits.withinMs);
  let url = parsed(address);
  for (let followed = 0; ; followed++) {
    if (url === null || refusalOf(url, rules) !== null) return { cause: 'ADDRESS_REFUSED' };
    if (followed > limits.redirects) return { cause: 'TOO_MANY_REDIRECTS' };
    const answer = await get(url, rules, signal);
    if ('cause' in answer) return answer;
    const { statusCode = 0, headers } = answer.response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      answer.response.destroy();
      url = parsed(headers.location, url);
      continue;
    }
    if (statusCode !== 200) {
      answer.response.destroy();
      return { cause: statusCode === 404 || statusCode === 410 ? 'NOT_FOUND' : 'UNREACHABLE' };
    }
    return read(answer.response, limits.bytes);
  }
}

function parsed(address: string, base?: URL): URL | null {
  return URL.canParse(address, base?.href) ? new URL(address, base?.href) : null;
}

type Answer = { response: IncomingMessage } | { cause: 'ADDRESS_REFUSED' | 'UNREACHABLE' };

function get(url: URL, rules: AddressRules, signal: AbortSignal): Promise<Answer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A literal address is never resolved, so `lookup` would not see it.
  if (isIP(host) !== 0 && !mayConnect(host, rules)) return Promise.resolve({ cause: 'ADDRESS_REFUSED' });
  return new Promise((done) => {
    let refused = false;
    const lookup: LookupFunction = (name, options, callback) =>
      resolve(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        const [first] = addresses ?? [];
        if (error !== null || first === undefined) return callback(error ?? new Error('no address'), '', 0);
        if (!addresses.every(({ address }) => mayConnect(address, rules))) {
          refused = true;
          return callback(new Error('refused'), '', 0);
        }
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      });
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, {
      agent: false,
      lookup,
      signal,
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'convenant-publication-check' },
    });
    request.on('response', (response) => done({ response }));
    request.on('error', () => done({ cause: refused ? 'ADDRESS_REFUSED' : 'UNREACHABLE' }));
    request.end();
  });
}

function mayConnect(address: string, { allowsPrivate }: AddressRules): boolean {
  return allowsPrivate || isPublicAddress(address);
}

async function read(response: IncomingMessage, most: number): Promise<Fetched> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) {
        response.destroy();
        return { cause: 'TOO_LARGE' };
      }
      chunks.push(chunk);
    }
  } catch {
    return { cause: 'UNREACHABLE' };
  }
  return { bytes: Buffer.concat(chunks) };
}
