import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { BARRIER_CHANNEL } from '../db/barrier.statements.js';
import { Signal } from '@convenant/platform';
import { ApplyBarriers } from '../use-cases/apply-barriers.use-case.js';

/** A notice that falls due, or a barrier whose wake-up got lost, is seen within this time. */
const LOOK_EVERY_MS = 250;
const RECONNECT_MS = 1_000;
/** What comes in behind a pass gathers this long for the next one: fifty withdrawals in a row are a few passes, not fifty. */
const GATHER_MS = 10;
/** Passes at once in this process, each over any number of barriers. */
const PASSES = 8;

/** Where this service's database listens for notifications: a connection of its own, beside the pool. */
export class BarrierListenUrl {
  constructor(readonly url: string) {}
}

/** Works off barriers as soon as their cause is committed. Any number of replicas may run. */
@Injectable()
export class BarrierWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Barrier');
  private readonly signal = new Signal();
  private readonly underWay = new Set<Promise<void>>();
  private running = false;
  private loop: Promise<unknown> = Promise.resolve();
  private listener: pg.Client | null = null;
  private reconnect: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ApplyBarriers) private readonly barriers: ApplyBarriers,
    @Inject(BarrierListenUrl) private readonly listenUrl: BarrierListenUrl,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.running = true;
    await this.listen();
    this.loop = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.running = false;
    clearTimeout(this.reconnect);
    this.signal.wake();
    await this.loop;
    await this.listener?.end().catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (this.running) {
      try {
        if (this.underWay.size < PASSES && (await this.begin())) {
          await delay(GATHER_MS);
          continue;
        }
      } catch (error) {
        this.waits(error);
      }
      await this.signal.sleep(LOOK_EVERY_MS);
    }
    await Promise.all(this.underWay);
  }

  /** Begins a pass over what is due and does not wait for it: a slow delivery holds back its own barrier and no other. */
  private async begin(): Promise<boolean> {
    const claimed = await this.barriers.claim();
    if (claimed.length === 0) return false;
    const pass: Promise<void> = this.barriers
      .workOff(claimed)
      .finally(() => this.underWay.delete(pass))
      .then(
        () => this.signal.wake(),
        // It waits for the next look: a database that is gone or closed is so for a while.
        (error: unknown) => this.waits(error),
      );
    this.underWay.add(pass);
    return true;
  }

  private waits(error: unknown): void {
    this.logger.error({ msg: 'barriers wait', error });
  }

  /** Without it barriers are only slower: a lost connection is made anew in the background. */
  private async listen(): Promise<void> {
    const client = new pg.Client({ connectionString: this.listenUrl.url, application_name: 'transfer.barriers' });
    const lost = () => {
      if (this.listener !== client || !this.running) return;
      this.listener = null;
      this.reconnect = setTimeout(() => void this.listen(), RECONNECT_MS);
    };
    this.listener = client;
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.signal.wake());
    try {
      await client.connect();
      await client.query(`LISTEN ${BARRIER_CHANNEL}`);
    } catch {
      lost();
    }
  }
}
