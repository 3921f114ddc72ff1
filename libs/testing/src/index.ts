export { readByConsoleConsumer } from './lib/console-consumer.js';
export { eventually, type EventuallyOptions } from './lib/eventually.js';
export { kafkaSettings, required, testInstallation, type TestKafkaSettings } from './lib/installation.js';
export { startOwnKafka, startOwnPostgres, type OwnKafka, type OwnPostgres } from './lib/own-servers.js';
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './lib/test-database.js';
export { kafkaApi, TcpProxy, type LostAnswer, type ProxiedRequest, type ProxyOptions } from './lib/tcp-proxy.js';
export { TestAgency } from './lib/test-agency.js';
export { TestClient, type TestAnswer } from './lib/test-client.js';
export { TestIssuer, type TestClaims } from './lib/test-issuer.js';
export { TestNeighbour } from './lib/test-neighbour.js';
export { TestClock, TestService, type TestableApp, type TestServiceOptions } from './lib/test-service.js';

export { HistoryChecker, type HistoryOptions } from './lib/history/history-checker.js';
export type { BarrierFact, PermissionFact } from './lib/history/barrier-check.js';
export type * from './lib/history/history-facts.js';
export {
  digestOf,
  readCommandRecords,
  readOutbox,
  readPositions,
  readReactions,
  readTopic,
  readTrail,
  readUnfinished,
  shortName,
  stream,
  type ReadEvent,
} from './lib/history/read-history.js';
