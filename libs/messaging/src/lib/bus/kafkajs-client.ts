import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import type { KafkaSettings } from '../settings.js';
import { quietIdleTimers } from './kafkajs-idle-timers.js';

const log = new Logger('kafka');

/** How kafkajs tries again what may pass: some ten seconds of real time in all. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };

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
    retry: RETRY,
    logLevel: logLevel.INFO,
    logCreator: () => writeToLogger,
  });
}

/**
 * What kafkajs calls an error it tries again by itself (a broker that restarts, a group that rebalances). When it gives up, the
 * relay or the inbox says so; so a warning is what these are. Its news of joining and stopping interest nobody but a developer.
 */
function writeToLogger({ namespace, level, log: entry }: LogEntry): void {
  const error = typeof entry['error'] === 'string' ? `: ${entry['error']}` : '';
  const text = `${namespace}: ${entry.message}${error}`;
  if (level === logLevel.ERROR || level === logLevel.WARN) log.warn(text);
  else log.debug(text);
}
