import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@convenant/testing';
import { freePorts } from '../lib/ports.mjs';
import { startEntryProxy } from './entry-proxy.mjs';

describe('the entry', () => {
  let entry: Awaited<ReturnType<typeof startEntryProxy>>;
  let service: Server;
  let open: ServerResponse[];
  beforeEach(async () => {
    open = [];
    service = createServer((request, response) => {
      if (request.url === '/consent/stream') {
        open.push(response);
        response.write('first');
        return;
      }
      const { method, url } = request;
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (text: string) => (body += text));
      request.on('end', () =>
        response.writeHead(201, { 'x-who': 'consent' }).end(JSON.stringify({ method, url, body })),
      );
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const [port] = await freePorts(1);
    entry = await startEntryProxy(Number(port));
    entry.route('consent', (service.address() as AddressInfo).port);
  });
  afterEach(async () => {
    service.closeAllConnections();
    await Promise.all([entry.close(), new Promise((resolve) => service.close(resolve))]);
  });

  it('passes request and answer on as they are', async () => {
    const answer = await fetch(`${entry.url}/consent/v1/notices?a=b`, { method: 'POST', body: 'some words' });
    expect([answer.status, answer.headers.get('x-who')]).toEqual([201, 'consent']);
    expect(await answer.json()).toEqual({ method: 'POST', url: '/consent/v1/notices?a=b', body: 'some words' });
  });

  it('answers in problem+json where there is nothing', async () => {
    const answer = await fetch(`${entry.url}/consents/v1/notices`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('answers 503 while a service is away', async () => {
    await new Promise((resolve) => service.close(resolve));
    const answer = await fetch(`${entry.url}/consent/health`);
    expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ code: 'UNAVAILABLE' })]);
  });

  it('streams, and hangs up on the service when the reader does', async () => {
    const reader = new AbortController();
    const answer = await fetch(`${entry.url}/consent/stream`, { signal: reader.signal });
    const first = await answer.body!.getReader().read();
    expect(Buffer.from(first.value!).toString()).toBe('first');
    reader.abort();
    await eventually(() => open[0]?.destroyed, { what: 'the service sees the reader leave' });
  });

  it('breaks an answer off where the service broke it off', async () => {
    const answer = await fetch(`${entry.url}/consent/stream`);
    open[0]!.destroy();
    await expect(answer.text()).rejects.toThrow();
  });

  it('lists what is there', async () => {
    expect(await (await fetch(entry.url)).text()).toContain('href="/consent/docs"');
  });
});
