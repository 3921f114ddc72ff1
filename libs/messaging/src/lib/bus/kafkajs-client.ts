import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import type { KafkaSettings } from '../settings.js';
import { quietIdleTimers } from './kafkajs-idle-timers.js';

const log = new Logger('kafka');

/**
 * A kafkajs client for these settings. Its log goes through the application's logger; nothing in it carries message content.
 * Requests that get no answer fail after 10 s and are tried again by kafkajs.
 */
export function createKafka(settings: KafkaSettings, clientId: string): Kafka {
  quietIdleTimers();
  const { sasl, tls } = settings;
  return new Kafka({
    clientId,
    brokers: settings.brokers,
    ...(sasl ? { sasl: { mechanism: 'scram-sha-512' as const, ...sasl } } : {}),
    ...(tls ? { ssl: tls === true || !tls.ca ? true : { ca: [tls.ca] } } : {}),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    logLevel: logLevel.INFO,
    logCreator: () => writeToLogger,
  });
}

// While a group rebalances or a fresh broker makes its offsets topic, kafkajs calls these errors and retries them itself.
const passing = /group is rebalancing|coordinator is not available|coordinator is loading|not aware of this member/i;

function writeToLogger({ namespace, level, log: entry }: LogEntry): void {
  const error = typeof entry['error'] === 'string' ? `: ${entry['error']}` : '';
  const text = `${namespace}: ${entry.message}${error}`;
  if (level === logLevel.ERROR && !passing.test(text)) log.error(text);
  else if (level === logLevel.ERROR || level === logLevel.WARN) log.warn(text);
  else log.debug(text);
}
