import { type DynamicModule, type INestApplicationContext, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { systemClock } from '@convenant/kernel';
import { CLOCK, MessagingModule } from '@convenant/messaging';
import { kafkaSettings, testInstallation } from '@convenant/testing';
import { LocalKeyring, Vault } from '@convenant/vault';
import { OpenTransactions } from '../barrier/open-transactions.js';
import { Database } from '../db/database.js';
import { Facts } from '../db/facts.js';
import { DeliverySettings } from '../delivery/delivery-settings.js';
import { DeliverySignal } from '../delivery/delivery-signal.js';
import { AnnounceRestriction } from '../use-cases/announce-restriction.js';
import { ApplyBarriers } from '../use-cases/apply-barriers.use-case.js';
import { CloseLostAttempts } from '../use-cases/close-lost-attempts.use-case.js';
import { DecisionRecords } from '../use-cases/decision-records.js';
import { DisclosureDecision } from '../use-cases/disclosure-decision.js';
import { EndAttempt } from '../use-cases/end-attempt.js';
import { LookUpStop } from '../use-cases/look-ups/look-up-stop.js';
import { StopLookUps } from '../use-cases/look-ups/stop-look-ups.use-case.js';
import { RequestDisclosure } from '../use-cases/request-disclosure.use-case.js';
import { SeenFacts } from '../use-cases/seen-facts.js';
import { StopDelivery } from '../use-cases/stop-delivery.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { ErasureGate } from '../vault/erasure-gate.js';
import { openKeyring } from '../vault/open-keyring.js';

@Module({})
class UseCasesModule {}

@Module({})
class ClockModule {}

/** What decides disclosures and applies barriers, on a real database, without HTTP, topics and mail. */
export function startUseCases(options: {
  url: string;
  connections: number;
  keyringFile: string;
  openTransactions?: typeof OpenTransactions;
}): Promise<INestApplicationContext> {
  const { url, connections: poolSize, keyringFile, openTransactions } = options;
  const clock: DynamicModule = {
    module: ClockModule,
    global: true,
    providers: [{ provide: CLOCK, useValue: systemClock }],
    exports: [CLOCK],
  };
  const extra = { max: poolSize, pipeline: true, options: '-c transaction_timeout=20000' };
  const settings = { installation: testInstallation(), service: 'transfer' as const, kafka: kafkaSettings() };
  const module: DynamicModule = {
    module: UseCasesModule,
    imports: [
      clock,
      TypeOrmModule.forRoot({ type: 'postgres', url, poolSize, extra }),
      MessagingModule.forRoot({ settings, subscribes: [], relay: false }),
    ],
    providers: providers(keyringFile, openTransactions),
  };
  return NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
}

function providers(keyringFile: string, openTransactions = OpenTransactions): Provider[] {
  return [
    {
      provide: LocalKeyring,
      inject: [Database],
      useFactory: (database: Database) => openKeyring(keyringFile, database),
    },
    { provide: Vault, inject: [LocalKeyring], useFactory: (keyring: LocalKeyring) => new Vault(keyring) },
    { provide: DeliverySettings, useFactory: () => new DeliverySettings(2000, 200, 100, 'a@b.example', 4) },
    { provide: OpenTransactions, useClass: openTransactions },
    Database,
    Facts,
    DisclosureVault,
    ErasureGate,
    DeliverySignal,
    AnnounceRestriction,
    ApplyBarriers,
    CloseLostAttempts,
    LookUpStop,
    StopLookUps,
    DecisionRecords,
    DisclosureDecision,
    EndAttempt,
    RequestDisclosure,
    SeenFacts,
    StopDelivery,
  ];
}
