import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '@convenant/platform';
import { serviceName, type BreachSettings } from './breach.config.js';
import { BreachModule, subscribes } from './breach.module.js';

export { migrations } from './db/migrations/index.js';
export { serviceName, settingsSchema, type BreachSettings } from './breach.config.js';

/** The breach notifier, wired but not listening yet. */
export function createApp(settings: BreachSettings): Promise<NestFastifyApplication> {
  return createService({ module: BreachModule.forRoot(settings), service: serviceName, settings, subscribes });
}
