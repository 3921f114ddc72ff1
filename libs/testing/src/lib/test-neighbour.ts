import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { EventDefinition, FactService } from '@convenant/contracts';
import { newId, systemClock } from '@convenant/kernel';
import { CLOCK, MessagingModule, messagingMigrations, Outbox, type NewEvent } from '@convenant/messaging';
import { kafkaSettings } from './installation.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

@Module({})
class NeighbourModule {}

@Module({})
class ClockModule {}

/**
 * Another service of the installation as far as its topic goes: what a spec publishes here goes through a real outbox and a
 * real relay. For services whose own app a spec must not import.
 */
export class TestNeighbour {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly database: TestDatabase,
  ) {}

  /** The topics must exist. */
  static async start(installation: string, service: FactService): Promise<TestNeighbour> {
    const database = await createTestDatabase({ service, migrations: messagingMigrations });
    const settings = { installation, service, kafka: kafkaSettings() };
    const clock: DynamicModule = {
      module: ClockModule,
      global: true,
      providers: [{ provide: CLOCK, useValue: systemClock }],
      exports: [CLOCK],
    };
    const module: DynamicModule = {
      module: NeighbourModule,
      imports: [
        clock,
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: database.runtimeUrl,
          poolSize: 4,
          extra: { pipeline: true, options: '-c transaction_timeout=20000' },
        }),
        MessagingModule.forRoot({ settings, subscribes: [], relay: true }),
      ],
    };
    const app = await NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
    return new TestNeighbour(app, database);
  }

  /** Publishes one event of this service. @returns its `aggregateversion` */
  async publish<D extends EventDefinition>(
    definition: D,
    event: Omit<NewEvent<D>, 'context'> & Partial<Pick<NewEvent<D>, 'context'>>,
  ): Promise<number> {
    const context = { correlationId: newId(), causationId: newId() };
    const outbox = this.app.get(Outbox);
    return outbox.transaction([event.subject], async (tx) => {
      const { aggregateVersion } = await tx.append(definition, { context, ...event } as NewEvent<D>);
      return aggregateVersion;
    });
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}
