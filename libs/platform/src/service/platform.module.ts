import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CLOCK, Opening } from '@convenant/messaging';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { KeyedReferences } from '../auth/keyed-references.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { TrustedIssuers } from '../auth/trusted-issuers.js';
import { createClock } from '../clock/sandbox-clock.js';
import { openDataSource, runtimeDataSourceOptions, type EntityClass } from '../database/data-source.js';
import { HealthCheck } from '../health/health.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { RouteHooks } from '../http/route-hooks.js';
import { loggerModule } from '../logging/logger-module.js';
import { PartyReplica } from '../replica/party.replica.js';
import type { CommonSettings } from '../settings/common-settings.js';

export interface PlatformOptions {
  /** Short name: `register`, `consent`, … */
  service: string;
  settings: CommonSettings;
  entities: EntityClass[];
  /** All migrations of the database, those of messaging and platform included; a database with others is refused. */
  migrations: readonly (new () => MigrationInterface)[];
}

/**
 * What every service needs, global: `DataSource` (runtime role), `CLOCK`, logging, authentication, input checks,
 * problem+json, health. Every service but the register gets the replica of trusted issuers with it.
 */
@Module({})
export class PlatformModule {
  static forRoot({ service, settings, entities, migrations }: PlatformOptions): DynamicModule {
    const admin =
      settings.ADMIN_ISSUER && settings.ADMIN_JWKS_URI
        ? { issuer: settings.ADMIN_ISSUER, jwksUri: settings.ADMIN_JWKS_URI }
        : undefined;
    return {
      module: PlatformModule,
      global: true,
      imports: [
        loggerModule(settings, service),
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...runtimeDataSourceOptions({
              url: settings.DATABASE_URL,
              applicationName: `${settings.INSTALLATION}.${service}`,
              entities,
            }),
            retryAttempts: 1, // the launcher or the orchestrator starts again; a refusal must be seen at once
            retryDelay: 0,
          }),
          dataSourceFactory: (options) => openDataSource(options as DataSourceOptions, migrations),
        }),
      ],
      controllers: service === 'register' ? [] : [PartyReplica],
      providers: [
        { provide: CLOCK, useFactory: () => createClock(settings) },
        { provide: KeyedReferences, useFactory: () => new KeyedReferences(settings.USER_REF_KEY) },
        {
          provide: TrustedIssuers,
          inject: [DataSource],
          useFactory: (source: DataSource) => new TrustedIssuers(source, admin),
        },
        {
          provide: TokenVerifier,
          inject: [TrustedIssuers, KeyedReferences],
          useFactory: (issuers: TrustedIssuers, references: KeyedReferences) =>
            new TokenVerifier(issuers, references, settings.TOKEN_AUDIENCE),
        },
        {
          provide: HealthCheck,
          inject: [DataSource, { token: Opening, optional: true }],
          useFactory: (source: DataSource, opening?: Opening) =>
            new HealthCheck(source, settings.KAFKA_BROKERS.split(','), opening),
        },
        RouteHooks,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [CLOCK, KeyedReferences, TokenVerifier, HealthCheck],
    };
  }
}
