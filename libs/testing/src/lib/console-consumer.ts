// A client of Kafka that has nothing in common with ours.
export { readByConsoleConsumer } from '../../../../tools/lib/kafka-console.mjs';
