import { Module, type DynamicModule } from '@nestjs/common';
import { factServices } from '@convenant/contracts';
import { KafkaJsProducer, MessagingModule, messagingMigrations } from '@convenant/messaging';
import { messagingSettings, PlatformModule, platformMigrations } from '@convenant/platform';
import type { AuditTrailSettings } from './audit-trail.config.js';
import { auditMigrations } from './db/migrations.js';
import { TRAIL_DATABASE_URL, TrailSignal } from './db/trail-signal.js';
import { TrailController } from './http/trail.controller.js';
import { TrailConsumer } from './kafka/trail.consumer.js';
import { PUBLISHER_PRODUCER, PUBLISHER_SETTINGS, TrailPublisher } from './kafka/trail-publisher.js';
import { FollowTrail, HEARTBEAT_EVERY } from './use-cases/follow-trail.use-case.js';
import { ReadAccount } from './use-cases/read-account.use-case.js';
import { ReadCompleteness } from './use-cases/read-completeness.use-case.js';
import { ReadEntries } from './use-cases/read-entries.use-case.js';
import { ReadReadings } from './use-cases/read-readings.use-case.js';

// Milliseconds: below the minute after which proxies give a quiet connection up.
const HEARTBEAT = 15_000;

export const serviceName = 'audit';

/** Every migration of this service's database, in order. */
export const migrations = [...messagingMigrations, ...platformMigrations, ...auditMigrations];

@Module({})
export class AuditTrailModule {
  static forRoot(settings: AuditTrailSettings): DynamicModule {
    const messaging = messagingSettings(settings, serviceName);
    return {
      module: AuditTrailModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: [], migrations }),
        MessagingModule.forRoot({
          settings: messaging,
          subscribes: [...factServices],
          relay: false,
        }),
      ],
      controllers: [TrailConsumer, TrailController],
      providers: [
        ReadEntries,
        ReadReadings,
        ReadCompleteness,
        ReadAccount,
        FollowTrail,
        TrailSignal,
        TrailPublisher,
        { provide: TRAIL_DATABASE_URL, useValue: settings.DATABASE_URL },
        { provide: HEARTBEAT_EVERY, useValue: HEARTBEAT },
        { provide: PUBLISHER_SETTINGS, useValue: messaging },
        {
          provide: PUBLISHER_PRODUCER,
          useFactory: () => new KafkaJsProducer(messaging.kafka, `${messaging.installation}.audit.publisher`),
        },
      ],
    };
  }
}
