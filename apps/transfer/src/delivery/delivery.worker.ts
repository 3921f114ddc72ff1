import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../db/database.js';
import { claimDue, postponeDelivery } from '../db/delivery.statements.js';
import { CloseLostAttempts } from '../use-cases/close-lost-attempts.use-case.js';
import { DeliverDisclosure } from '../use-cases/deliver-disclosure.use-case.js';
import { DeliverySettings } from './delivery-settings.js';
import { DeliverySignal } from './delivery-signal.js';

/** What another replica authorised, or what became due again, is seen within this time. */
const LOOK_EVERY_MS = 250;
const SWEEP_EVERY_MS = 1_000;
/** After a fault of our own: long enough not to spin, short enough to be prompt once it is repaired. */
const POSTPONE_MS = 5_000;

/**
 * Makes the deliveries that are due, woken by each authorisation of this process. Any number of replicas may run: a
 * delivery is claimed by one, and what it leaves unfinished is free again after its claim.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Delivery');
  private readonly underWay = new Set<Promise<void>>();
  private running = false;
  private loop: Promise<unknown> = Promise.resolve();
  private sweptAt = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DeliverySignal) private readonly signal: DeliverySignal,
    @Inject(DeliverDisclosure) private readonly deliver: DeliverDisclosure,
    @Inject(CloseLostAttempts) private readonly closeLost: CloseLostAttempts,
    @Inject(DeliverySettings) private readonly settings: DeliverySettings,
  ) {}

  onApplicationBootstrap(): void {
    this.running = true;
    this.loop = this.run();
  }

  /** Takes nothing new and lets what is under way end. */
  async onModuleDestroy(): Promise<void> {
    this.running = false;
    this.signal.wake();
    await this.loop;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    while (this.running) {
      try {
        await this.sweep();
        const taken = await this.take();
        if (taken > 0 && this.underWay.size < this.settings.atOnce) continue;
      } catch (error) {
        this.logger.error({ msg: 'deliveries wait', error });
      }
      await this.signal.sleep(LOOK_EVERY_MS);
    }
  }

  private async sweep(): Promise<void> {
    if (performance.now() - this.sweptAt < SWEEP_EVERY_MS) return;
    await this.closeLost.execute();
    this.sweptAt = performance.now();
  }

  private async take(): Promise<number> {
    const free = this.settings.atOnce - this.underWay.size;
    if (free <= 0) return 0;
    const claimMs = this.settings.leaseMs + this.settings.transportTimeoutMs;
    const claimed = await this.database.query<{ disclosure_id: string }>(claimDue(free, claimMs));
    for (const { disclosure_id: id } of claimed) {
      const work: Promise<void> = this.one(id).finally(() => {
        this.underWay.delete(work);
        this.signal.wake();
      });
      this.underWay.add(work);
    }
    return claimed.length;
  }

  private async one(disclosureId: string): Promise<void> {
    try {
      await this.deliver.execute(disclosureId);
    } catch (error) {
      this.logger.error({ msg: 'delivery failed and is tried again', disclosureId, error });
      // The claim runs out by itself when this fails too.
      await this.database.query(postponeDelivery(disclosureId, POSTPONE_MS)).catch(() => undefined);
    }
  }
}
