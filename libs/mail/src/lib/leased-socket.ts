import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Lease } from './lease.js';

/**
 * A connection that writes while a lease lasts and not a byte longer: the lease is asked before each write, and at its end
 * the socket is destroyed. It is no `net.Socket`, so TLS on top of it writes through here too.
 */
export class LeasedSocket extends Duplex {
  private readonly leaseEnd: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private readonly lease: Lease,
  ) {
    super({ allowHalfOpen: false });
    this.leaseEnd = setTimeout(() => this.destroy(new LeaseOver()), lease.remainingMs);
    socket.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('timeout', () => this.emit('timeout'));
    socket.on('error', (cause) => this.destroy(cause));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (cause?: Error | null) => void): void {
    if (!this.lease.over) this.socket.write(bytes, done);
    else {
      this.socket.destroy();
      done(new LeaseOver());
    }
  }

  override _final(done: (cause?: Error | null) => void): void {
    this.socket.end(() => done());
  }

  override _destroy(cause: Error | null, done: (cause?: Error | null) => void): void {
    clearTimeout(this.leaseEnd);
    this.socket.destroy();
    done(cause);
  }

  // What SMTP and TLS ask of a socket beyond a stream.
  setTimeout(millis: number): this {
    this.socket.setTimeout(millis);
    return this;
  }

  setKeepAlive(enable: boolean, delay?: number): this {
    this.socket.setKeepAlive(enable, delay);
    return this;
  }

  setNoDelay(enable: boolean): this {
    this.socket.setNoDelay(enable);
    return this;
  }
}

/** The lease ended before the other side had everything. */
export class LeaseOver extends Error {
  constructor() {
    super('The lease of the attempt is over');
    this.name = 'LeaseOver';
  }
}
