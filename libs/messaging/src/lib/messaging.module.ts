import type { FactService } from '@convenant/contracts';
import { Inject, Injectable, Module, type DynamicModule, type OnModuleInit, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KafkaJsConsumer } from './bus/kafkajs-consumer.js';
import { KafkaJsProducer } from './bus/kafkajs-producer.js';
import { CommandRunner } from './commands/command-runner.js';
import { Blocks } from './inbox/blocks.js';
import { Claims } from './inbox/claims.js';
import { INBOX_CONSUMER } from './inbox/inbox-consumer.token.js';
import { InboxProcessor } from './inbox/inbox-processor.js';
import { InboxVersions } from './inbox/inbox-versions.js';
import { KafkaInboxStrategy, SUBSCRIBES } from './inbox/kafka-inbox.strategy.js';
import { Losses } from './inbox/losses.js';
import { Outbox } from './outbox/outbox.js';
import { RelaySignal } from './outbox/relay-signal.js';
import { Transactions } from './outbox/transactions.js';
import { Relay, RELAY_PRODUCER } from './relay/relay.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from './settings.js';

export interface MessagingOptions {
  settings: MessagingSettings;
  /** Services whose events this one reads. */
  subscribes: FactService[];
  /** Whether this process may send the outbox; false for the trail, which has none. */
  relay: boolean;
}

/** Refuses a pool whose writers are not bounded: one that hangs stalls every relay of the server. */
@Injectable()
class WriterLimit implements OnModuleInit {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    const rows = (await this.dataSource.query(`SELECT current_setting('transaction_timeout') AS value`)) as {
      value: string;
    }[];
    if (rows[0]!.value === '0') {
      throw new Error(
        'transaction_timeout is not set on the connections of the service: set it on its role or its pool',
      );
    }
  }
}

const shared = [Outbox, CommandRunner, Blocks, InboxVersions, Losses, KafkaInboxStrategy];

/** Outbox, relay, commands and inbox of a service. Global; needs a global `DataSource` and the `CLOCK` token. */
@Module({})
export class MessagingModule {
  static forRoot({ settings, subscribes, relay }: MessagingOptions): DynamicModule {
    if (relay && settings.service === 'audit') throw new Error('The trail has no outbox, hence no relay');
    const clientId = `${settings.installation}.${settings.service}`;
    const relayProviders: Provider[] = [
      Relay,
      { provide: RELAY_PRODUCER, useFactory: () => new KafkaJsProducer(settings.kafka, `${clientId}.relay`) },
    ];
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: MESSAGING_SETTINGS, useValue: settings },
        { provide: SUBSCRIBES, useValue: subscribes },
        { provide: INBOX_CONSUMER, useFactory: () => new KafkaJsConsumer(settings.kafka, clientId) },
        WriterLimit,
        Transactions,
        RelaySignal,
        InboxProcessor,
        Claims,
        ...shared,
        ...(relay ? relayProviders : []),
      ],
      exports: shared,
    };
  }
}
