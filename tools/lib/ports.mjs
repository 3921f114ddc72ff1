import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * Whether a server could listen on this loopback port at this moment.
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Free loopback ports, all different. They are not held: whoever uses one must start at once and be ready to fail.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const probes = await Promise.all(Array.from({ length: count }, () => listenAnywhere()));
  const ports = probes.map((probe) => /** @type {import('node:net').AddressInfo} */ (probe.address()).port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

/**
 * The ports noted in `file` while they are all free, else newly chosen ones, noted for the next start: addresses that
 * people and clients remember stay the same as long as they can.
 * @param {string} file
 * @param {number} count
 * @param {(count: number) => Promise<number[]>} [choose]
 * @returns {Promise<number[]>}
 */
export async function keptPorts(file, count, choose = freePorts) {
  const kept = readPorts(file);
  if (kept.length === count && (await Promise.all(kept.map((port) => isFree(port)))).every(Boolean)) return kept;
  const ports = await choose(count);
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

/**
 * The first free port from `first` upwards.
 * @param {number} first
 * @returns {Promise<number>}
 */
export async function nextFreePort(first) {
  for (let port = first; port < Math.min(first + 1000, 65536); port += 1) if (await isFree(port)) return port;
  throw new Error(`No free port between ${first} and ${first + 999}`);
}

/** @param {string} file @returns {number[]} */
function readPorts(file) {
  try {
    const ports = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(ports) && ports.every((port) => Number.isInteger(port)) ? ports : [];
  } catch {
    // No file yet, or one cut short by a kill: choose anew.
    return [];
  }
}

/** @returns {Promise<import('node:net').Server>} */
function listenAnywhere() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
