import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { factServices } from '@convenant/contracts';
import { createService } from '@convenant/platform';
import type { AuditTrailSettings } from './audit-trail.config.js';
import { AuditTrailModule, serviceName } from './audit-trail.module.js';

export { settingsSchema, type AuditTrailSettings } from './audit-trail.config.js';
export { migrations, serviceName } from './audit-trail.module.js';

/** The audit trail, wired and not yet listening. */
export function createApp(settings: AuditTrailSettings): Promise<NestFastifyApplication> {
  return createService({
    module: AuditTrailModule.forRoot(settings),
    service: serviceName,
    settings,
    subscribes: [...factServices],
  });
}
