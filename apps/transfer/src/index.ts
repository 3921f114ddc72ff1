import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '@convenant/platform';
import type { TransferSettings } from './transfer.config.js';
import { TransferModule } from './transfer.module.js';

export { migrations } from './migrations.js';
export { settingsSchema, type TransferSettings } from './transfer.config.js';

/** Short name: paths, topics, settings, event types. */
export const serviceName = 'transfer';

/** The service, wired and not listening yet. */
export function createApp(settings: TransferSettings): Promise<NestFastifyApplication> {
  return createService({
    module: TransferModule.forRoot(settings),
    service: serviceName,
    settings,
    subscribes: ['register', 'consent', 'retention'],
  });
}
