import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes, when the server closes, connections on which nothing was ever asked. Node counts them as busy and waits for their
 * request; clients open one beforehand when a stream breaks off, so without this stopping takes as long as a request may.
 */
export function closeUnusedConnections(instance: FastifyInstance): void {
  const open = new Set<Socket>();
  (instance.server as Server).on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  instance.addHook('preClose', (done: () => void) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
}
