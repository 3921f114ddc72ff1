import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '@convenant/platform';
import { serviceName, type ConsentSettings } from './consent.config.js';
import { ConsentModule, subscribes } from './consent.module.js';

export { migrations } from './db/migrations/index.js';
export { serviceName, settingsSchema, type ConsentSettings } from './consent.config.js';

/** The consent service, wired but not listening yet. */
export function createApp(settings: ConsentSettings): Promise<NestFastifyApplication> {
  return createService({ module: ConsentModule.forRoot(settings), service: serviceName, settings, subscribes });
}
