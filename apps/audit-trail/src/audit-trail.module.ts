import { Module, type DynamicModule } from '@nestjs/common';
import { factServices } from '@convenant/contracts';
import { MessagingModule, messagingMigrations } from '@convenant/messaging';
import { messagingSettings, PlatformModule, platformMigrations } from '@convenant/platform';
import type { AuditTrailSettings } from './audit-trail.config.js';
import { auditMigrations } from './db/migrations.js';
import { TrailController } from './http/trail.controller.js';
import { TrailConsumer } from './kafka/trail.consumer.js';
import { ReadCompleteness } from './use-cases/read-completeness.use-case.js';
import { ReadEntries } from './use-cases/read-entries.use-case.js';

export const serviceName = 'audit';

/** Every migration of this service's database, in order. */
export const migrations = [...messagingMigrations, ...platformMigrations, ...auditMigrations];

@Module({})
export class AuditTrailModule {
  static forRoot(settings: AuditTrailSettings): DynamicModule {
    return {
      module: AuditTrailModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: [], migrations }),
        MessagingModule.forRoot({
          settings: messagingSettings(settings, serviceName),
          subscribes: [...factServices],
          relay: false,
        }),
      ],
      controllers: [TrailConsumer, TrailController],
      providers: [ReadEntries, ReadCompleteness],
    };
  }
}
