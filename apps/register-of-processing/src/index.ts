import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '@convenant/platform';
import { serviceName, type RegisterSettings } from './register-of-processing.config.js';
import { RegisterModule, subscribes } from './register-of-processing.module.js';

export { migrations } from './db/migrations/index.js';
export { serviceName, settingsSchema, type RegisterSettings } from './register-of-processing.config.js';

/** The register, wired but not listening yet. */
export function createApp(settings: RegisterSettings): Promise<NestFastifyApplication> {
  return createService({ module: RegisterModule.forRoot(settings), service: serviceName, settings, subscribes });
}
