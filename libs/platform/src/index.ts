export { CLOCK } from '@convenant/messaging';
export { loadSettings } from './settings/load-settings.js';
export { SettingsError, type SettingFault } from './settings/settings-error.js';
export { CommonSettings, kafkaSettings, Key32, messagingSettings, secret } from './settings/common-settings.js';
export { createClock, SandboxClock } from './clock/sandbox-clock.js';
export { platformMigrations } from './database/migrations/index.js';
export { provisionDatabase, type ProvisionedDatabase, type ProvisionOptions } from './database/provision-database.js';
export { unmetRequirements, type Queryable } from './database/requirements.js';
export type { EntityClass } from './database/data-source.js';
export { Leadership } from './database/leadership.js';
export { type CallerIdentity, type Needs, type Role } from './auth/roles.js';
export { KeyedReferences } from './auth/keyed-references.js';
export { replicaTables } from './replica/replica-tables.js';
export { trustIssuer } from './auth/trusted-issuers.js';
export {
  Caller,
  Command,
  CommandInfo,
  Download,
  Lookup,
  Query,
  QueryParams,
  Stream,
  type CommandAnswer,
} from './http/route.decorators.js';
export type { CommandInformation } from './http/request-context.js';
export type { Resource } from './http/resource.js';
export { statusOf } from './http/status-table.js';
export type { Problem } from './http/problem.js';
export { toOpenApi30 } from './openapi/to-openapi30.js';
export { openApiOf } from './openapi/serve-openapi.js';
export { safeError } from './logging/safe-error.js';
export { startTelemetryForTests, type TestTelemetry } from './telemetry/start-telemetry.js';
export { PlatformModule, type PlatformOptions } from './service/platform.module.js';
export { createService, type ServiceOptions } from './service/create-service.js';
export { exitCodes, startMain, startService } from './service/start-main.js';
export { undeclaredRoutes } from './service/undeclared-routes.js';
export { DueWork, type DueWorkOptions } from './work/due-work.js';
export { Signal } from './work/signal.js';
