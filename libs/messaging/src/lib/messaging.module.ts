import type { FactService } from '@convenant/contracts';
import { Inject, Injectable, Module, type DynamicModule, type OnModuleInit, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KafkaJsConsumer } from './bus/kafkajs-consumer.js';
import { KafkaJsProducer } from './bus/kafkajs-producer.js';
import { CollectedCommands } from './commands/collected-commands.js';
import { CommandRunner } from './commands/command-runner.js';
import { Blocks } from './inbox/blocks.js';
import { Claims } from './inbox/claims.js';
import { INBOX_CONSUMER } from './inbox/inbox-consumer.token.js';
import { MessageApplier } from './inbox/message-applier.js';
import { InboxProcessor } from './inbox/inbox-processor.js';
import { InboxVersions } from './inbox/inbox-versions.js';
import { KafkaInboxStrategy } from './inbox/kafka-inbox.strategy.js';
import { SUBSCRIBES } from './inbox/subscribes.token.js';
import { Losses } from './inbox/losses.js';
import { RELAYS } from './opening/closed.js';
import { Opening } from './opening/opening.js';
import { OperationsStatus } from './operations/operations-status.js';
import { Operations } from './operations/operations.js';
import { OperatorCommands } from './operations/operator-commands.js';
import { Redrive } from './operations/redrive.js';
import { Replay } from './operations/replay.js';
import { Pauses } from './operations/pauses.js';
import { Rebase } from './opening/rebase.js';
import { RestoreCheck, TOPIC_READER } from './opening/restore-check.js';
import { KafkaJsReader } from './bus/kafkajs-reader.js';
import { Purge } from './purge/purge.js';
import { Outbox } from './outbox/outbox.js';
import { RelaySignal } from './outbox/relay-signal.js';
import { Transactions } from './outbox/transactions.js';
import { InboxLag } from './telemetry/inbox-lag.js';
import { MessagingMetrics } from './telemetry/messaging-metrics.js';
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

const shared = [
  Opening,
  Operations,
  OperatorCommands,
  OperationsStatus,
  Outbox,
  CommandRunner,
  CollectedCommands,
  Blocks,
  InboxVersions,
  Losses,
  KafkaInboxStrategy,
];

/** Outbox, relay, commands and inbox of a service. Global; needs a global `DataSource` and the `CLOCK` token. */
@Module({})
export class MessagingModule {
  static forRoot({ settings, subscribes, relay }: MessagingOptions): DynamicModule {
    if (relay && settings.service === 'audit') throw new Error('The trail has no outbox, hence no relay');
    const clientId = `${settings.installation}.${settings.service}`;
    const relayProviders: Provider[] = [
      Relay,
      RestoreCheck,
      Rebase,
      { provide: TOPIC_READER, useValue: () => new KafkaJsReader(settings.kafka, `${clientId}.restore`) },
      { provide: RELAY_PRODUCER, useFactory: () => new KafkaJsProducer(settings.kafka, `${clientId}.relay`) },
    ];
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: MESSAGING_SETTINGS, useValue: settings },
        { provide: SUBSCRIBES, useValue: subscribes },
        { provide: RELAYS, useValue: relay },
        { provide: INBOX_CONSUMER, useFactory: () => new KafkaJsConsumer(settings.kafka, clientId) },
        WriterLimit,
        Transactions,
        RelaySignal,
        InboxLag,
        InboxProcessor,
        MessagingMetrics,
        MessageApplier,
        Redrive,
        Replay,
        Pauses,
        Claims,
        Purge,
        ...shared,
        ...(relay ? relayProviders : []),
      ],
      exports: shared,
    };
  }
}
