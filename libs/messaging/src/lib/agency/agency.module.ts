import { Module, type DynamicModule } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import { AGENCY_OPTIONS, AgencyInbox, type AgencyInboxOptions } from './agency-inbox.js';
import { AgencyQuarantine1795478400010 } from './1795478400010-agency-quarantine.migration.js';
import { Quarantine } from './quarantine.js';

/** The table of the services that read agencies' topics. */
export const agencyMigrations: (new () => MigrationInterface)[] = [AgencyQuarantine1795478400010];

/** Messages of agencies by Kafka, for the services that decide on them. Needs a global `DataSource` and the `CLOCK` token. */
@Module({})
export class AgencyModule {
  static forRoot(options: AgencyInboxOptions): DynamicModule {
    return {
      module: AgencyModule,
      providers: [{ provide: AGENCY_OPTIONS, useValue: options }, AgencyInbox, Quarantine],
      exports: [AgencyInbox, Quarantine],
    };
  }
}
