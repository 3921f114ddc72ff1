export {
  CLOCK,
  MESSAGING_SETTINGS,
  type KafkaSettings,
  type MessagingService,
  type MessagingSettings,
} from './lib/settings.js';
export type { CommandContext } from './lib/command-context.js';
export { MessagingModule, type MessagingOptions } from './lib/messaging.module.js';
export { messagingMigrations } from './lib/db/migrations/index.js';

export type { Closed } from './lib/opening/closed.js';
export { Opening } from './lib/opening/opening.js';
export { OWN_EVENT_FOLD, type OwnEventFold } from './lib/opening/own-event-fold.js';
export {
  changesNothing,
  dateOf,
  folds,
  NOT_CARRIED,
  ownEventFolds,
  runAll,
  type FoldTransaction,
  type NamedFold,
} from './lib/opening/event-folds.js';
export type { RebaseReport } from './lib/opening/rebase.js';
export { Operations } from './lib/operations/operations.js';
export { OperationsStatus } from './lib/operations/operations-status.js';
export { OperatorCommands, type OperatorCommand } from './lib/operations/operator-commands.js';
export type { Discard, RedriveReport } from './lib/operations/redrive.js';
export { REPLICAS, type Replicas } from './lib/operations/replay.js';
export type { Pausable } from './lib/operations/pauses.js';
export type { OperationRequest } from './lib/operations/operation-record.js';
export { Outbox } from './lib/outbox/outbox.js';
export { AppendRefused } from './lib/outbox/append-error.js';
export { MAX_AGGREGATES } from './lib/outbox/transactions.js';
export type { NewEvent, Reads, Statement, WriteTransaction } from './lib/outbox/write-transaction.js';
export {
  CommandRunner,
  type Command,
  type CommandAnswered,
  type CommandIdentity,
  type CommandResult,
} from './lib/commands/command-runner.js';
export { CollectedCommands } from './lib/commands/collected-commands.js';
export { CommandCollector, type CollectedOutcome, type CollectedWork } from './lib/commands/command-collector.js';

export {
  Projects,
  ProjectsBatch,
  Reacts,
  type HandlerContext,
  type ReactionOptions,
} from './lib/inbox/handler-decorators.js';
export { isConnectionLoss } from './lib/inbox/failure-kind.js';
export { PermanentFailure } from './lib/inbox/permanent-failure.js';
export { KafkaInboxStrategy } from './lib/inbox/kafka-inbox.strategy.js';
export { Blocks } from './lib/inbox/blocks.js';
export { InboxVersions } from './lib/inbox/inbox-versions.js';
export { Losses } from './lib/inbox/losses.js';
export type { ReceivedEvent } from './lib/wire/received-event.js';
export { encodeEvent, type EncodableEvent } from './lib/wire/encode-event.js';
export { formatSequence, headerOf } from './lib/wire/attributes.js';

export type {
  BatchControl,
  BatchOutcome,
  BusBatch,
  BusConsumer,
  BusMessage,
  BusProducer,
  BusRecord,
  BusSubscription,
  TopicPartition,
} from './lib/bus/bus.js';
export { KafkaJsConsumer } from './lib/bus/kafkajs-consumer.js';
export { KafkaJsProducer } from './lib/bus/kafkajs-producer.js';
export { partitionFor } from './lib/bus/murmur2.js';
export { assertTopics, ensureTopics } from './lib/topics/ensure-topics.js';
export { fixedTopics, groupOf, partitionsOf, sourceOf, topicOf, type TopicSpec } from './lib/topics/topics.js';

export { AgencyModule, agencyMigrations } from './lib/agency/agency.module.js';
export { AgencyInbox, type AgencyInboxOptions } from './lib/agency/agency-inbox.js';
export { AGENCY_CLIENT, encodeAgencyMessage, type AgencyMessage } from './lib/agency/agency-message.js';
export {
  ensurePartyTopics,
  inTopicOf,
  partyAuditTopicOf,
  partyTopics,
  principalOf,
  type TopicDurability,
} from './lib/agency/party-topics.js';
export { Quarantine } from './lib/agency/quarantine.js';
