import { Module, type DynamicModule } from '@nestjs/common';
import type { FactService } from '@convenant/contracts';
import { AgencyModule, MessagingModule, OWN_EVENT_FOLD, REPLICAS } from '@convenant/messaging';
import { Leadership, messagingSettings, PlatformModule, replicaTables } from '@convenant/platform';
import { retentionEntities } from './db/entities.js';
import { migrations } from './db/migrations/index.js';
import { ClocksController } from './http/clocks.controller.js';
import { HoldsController } from './http/holds.controller.js';
import { PurgesController } from './http/purges.controller.js';
import { QuarantineController } from './http/quarantine.controller.js';
import { AgencyConsumer } from './kafka/agency.consumer.js';
import { RegisterConsumer } from './kafka/register.consumer.js';
import { TransferConsumer } from './kafka/transfer.consumer.js';
import { retentionFold } from './rebase/own-event.fold.js';
import { serviceName, type RetentionSettings } from './retention-sweeper.config.js';
import { SweeperSignal } from './sweeper/sweeper-signal.js';
import { SweeperWorker } from './sweeper/sweeper.worker.js';
import { ApplyPurge } from './use-cases/apply-purge.use-case.js';
import { CompletePurges } from './use-cases/complete-purges.use-case.js';
import { DeclareErasure } from './use-cases/declare-erasure.use-case.js';
import { GetClock } from './use-cases/get-clock.use-case.js';
import { GetHolds } from './use-cases/get-holds.use-case.js';
import { GetPurges } from './use-cases/get-purges.use-case.js';
import { GetStatus } from './use-cases/get-status.use-case.js';
import { EraseEarly } from './use-cases/erase-early.use-case.js';
import { HoldForDispute } from './use-cases/hold-for-dispute.use-case.js';
import { HoldForRestriction } from './use-cases/hold-for-restriction.use-case.js';
import { KnownFacts } from './use-cases/known-facts.js';
import { LookAtClock } from './use-cases/look-at-clock.js';
import { LookAtClocks } from './use-cases/look-at-clocks.use-case.js';
import { PlaceHold } from './use-cases/place-hold.use-case.js';
import { PlanPurge } from './use-cases/plan-purge.use-case.js';
import { RecordErasure } from './use-cases/record-erasure.use-case.js';
import { RecordHoldEnforced } from './use-cases/record-hold-enforced.use-case.js';
import { RecordTrigger } from './use-cases/record-trigger.use-case.js';
import { ReleaseHold } from './use-cases/release-hold.use-case.js';
import { RequestErasures } from './use-cases/request-erasures.use-case.js';
import { RetentionOptions } from './use-cases/retention-options.js';
import { RunSchedules } from './use-cases/run-schedules.use-case.js';
import { StartClock } from './use-cases/start-clock.use-case.js';

/** Rules come from the register; deliveries and the answers to erasures and holds from transfer. */
export const subscribes: FactService[] = ['register', 'transfer'];

@Module({})
export class RetentionSweeperModule {
  static forRoot(settings: RetentionSettings): DynamicModule {
    const { ERASURE_HORIZON, PURGE_EVERY, SWEEP_EVERY_MS, DATABASE_URL } = settings;
    const messaging = messagingSettings(settings, serviceName);
    return {
      module: RetentionSweeperModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: retentionEntities, migrations }),
        MessagingModule.forRoot({ settings: messaging, subscribes, relay: true }),
        AgencyModule.forRoot({ settings: messaging, keepsUnlisted: false }),
      ],
      controllers: [
        ClocksController,
        PurgesController,
        HoldsController,
        QuarantineController,
        RegisterConsumer,
        TransferConsumer,
      ],
      providers: [
        {
          provide: RetentionOptions,
          useFactory: () => new RetentionOptions(ERASURE_HORIZON, PURGE_EVERY, SWEEP_EVERY_MS),
        },
        { provide: Leadership, useFactory: () => new Leadership(DATABASE_URL, 'retention.sweeper') },
        AgencyConsumer,
        KnownFacts,
        LookAtClock,
        StartClock,
        RecordTrigger,
        GetClock,
        GetStatus,
        LookAtClocks,
        PlanPurge,
        ApplyPurge,
        GetPurges,
        RunSchedules,
        RequestErasures,
        RecordErasure,
        CompletePurges,
        DeclareErasure,
        PlaceHold,
        ReleaseHold,
        GetHolds,
        HoldForDispute,
        HoldForRestriction,
        EraseEarly,
        RecordHoldEnforced,
        SweeperSignal,
        SweeperWorker,
        { provide: OWN_EVENT_FOLD, useValue: retentionFold },
        {
          provide: REPLICAS,
          useValue: replicaTables({ register: ['protocol_fact'], transfer: ['disclosure_fact'] }),
        },
      ],
    };
  }
}
