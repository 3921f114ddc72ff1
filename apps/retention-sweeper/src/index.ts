import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '@convenant/platform';
import { serviceName, type RetentionSettings } from './retention-sweeper.config.js';
import { RetentionSweeperModule, subscribes } from './retention-sweeper.module.js';

export { migrations } from './db/migrations/index.js';
export { serviceName, settingsSchema, type RetentionSettings } from './retention-sweeper.config.js';

/** The retention service, wired but not listening yet. */
export function createApp(settings: RetentionSettings): Promise<NestFastifyApplication> {
  return createService({
    module: RetentionSweeperModule.forRoot(settings),
    service: serviceName,
    settings,
    subscribes,
  });
}
