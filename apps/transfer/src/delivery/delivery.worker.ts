import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DueWork } from '@convenant/platform';
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
  private readonly work: DueWork<{ disclosure_id: string }>;

  constructor(
    @Inject(Database) database: Database,
    @Inject(DeliverySignal) signal: DeliverySignal,
    @Inject(DeliverDisclosure) deliver: DeliverDisclosure,
    @Inject(CloseLostAttempts) closeLost: CloseLostAttempts,
    @Inject(DeliverySettings) settings: DeliverySettings,
  ) {
    const claimMs = settings.leaseMs + settings.transportTimeoutMs;
    this.work = new DueWork({
      signal,
      atOnce: settings.atOnce,
      lookEveryMs: LOOK_EVERY_MS,
      take: (free) => database.query<{ disclosure_id: string }>(claimDue(free, claimMs)),
      one: ({ disclosure_id: id }) => deliver.execute(id),
      failed: async ({ disclosure_id: disclosureId }, error) => {
        this.logger.error({ msg: 'delivery failed and is tried again', disclosureId, error });
        await database.query(postponeDelivery(disclosureId, POSTPONE_MS));
      },
      waits: (error) => this.logger.error({ msg: 'deliveries wait', error }),
      beside: { everyMs: SWEEP_EVERY_MS, run: () => closeLost.execute() },
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.work.stop();
  }
}
