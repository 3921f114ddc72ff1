import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SevenZipJob, SevenZipResult } from './seven-zip.worker.js';

interface Waiting {
  job: SevenZipJob;
  resolve: (archive: Buffer) => void;
  reject: (cause: Error) => void;
}

/**
 * Builds 7-zip archives (AES-256, encrypted headers) in worker threads, `size` at a time; others wait in line. Threads
 * start with the first job. A thread that dies fails its job and is replaced at the next.
 */
export class SevenZip {
  private readonly idle: Worker[] = [];
  private readonly running = new Map<Worker, Waiting>();
  private readonly line: Waiting[] = [];
  private jobs = 0;
  private closed = false;

  constructor(private readonly size: number) {}

  build(files: { name: string; content: string }[], passphrase: string): Promise<Buffer> {
    if (this.closed) return Promise.reject(new Error('7-Zip has been closed'));
    return new Promise((resolve, reject) => {
      this.line.push({ job: { id: (this.jobs += 1), files, passphrase }, resolve, reject });
      this.next();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.line.splice(0)) waiting.reject(new Error('7-Zip has been closed'));
    await Promise.all([...this.idle, ...this.running.keys()].map((worker) => worker.terminate()));
  }

  private next(): void {
    while (this.line.length > 0) {
      const worker = this.idle.pop() ?? (this.running.size < this.size ? this.start() : undefined);
      if (!worker) return;
      const waiting = this.line.shift()!;
      this.running.set(worker, waiting);
      worker.ref();
      worker.postMessage(waiting.job);
    }
  }

  private start(): Worker {
    // The file beside this one, in the same form: compiled in production, as written in tests.
    const worker = new Worker(new URL(`./seven-zip.worker${extname(import.meta.url)}`, import.meta.url));
    worker.on('message', ({ archive, error }: SevenZipResult) => {
      const waiting = this.running.get(worker);
      this.running.delete(worker);
      // An idle thread must not keep the process alive.
      worker.unref();
      this.idle.push(worker);
      if (archive) waiting?.resolve(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
      else waiting?.reject(new Error(error));
      this.next();
    });
    const lost = (cause: Error) => {
      const waiting = this.running.get(worker);
      this.running.delete(worker);
      const at = this.idle.indexOf(worker);
      if (at >= 0) this.idle.splice(at, 1);
      waiting?.reject(cause);
      this.next();
    };
    worker.on('error', lost);
    worker.on('exit', () => lost(new Error('The 7-Zip thread ended')));
    return worker;
  }
}
