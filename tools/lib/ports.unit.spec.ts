import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, isFree, keptPorts, nextFreePort } from './ports.mjs';

describe('ports', () => {
  let folder: string;
  let taken: Server;
  let port: number;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ports-'));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = (taken.address() as AddressInfo).port;
  });
  afterEach(async () => {
    await new Promise((resolve) => taken.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('tells a taken port from a free one', async () => {
    const [free] = await freePorts(1);
    expect(await isFree(port)).toBe(false);
    expect(await isFree(Number(free))).toBe(true);
  });

  it('gives different ports', async () => {
    expect(new Set(await freePorts(5)).size).toBe(5);
  });

  it('passes over a taken port', async () => {
    expect(await nextFreePort(port)).toBeGreaterThan(port);
  });

  it('keeps the ports chosen once', async () => {
    const file = join(folder, 'ports.json');
    expect(await keptPorts(file, 2)).toEqual(await keptPorts(file, 2));
  });

  it.each([
    ['taken in the meantime', () => JSON.stringify([port])],
    ['unreadable', () => '[41'],
  ])('chooses anew when what it kept is %s', async (_, content) => {
    const file = join(folder, 'ports.json');
    writeFileSync(file, content());
    const [chosen] = await keptPorts(file, 1);
    expect(chosen).not.toBe(port);
    expect(await isFree(Number(chosen))).toBe(true);
  });
});
