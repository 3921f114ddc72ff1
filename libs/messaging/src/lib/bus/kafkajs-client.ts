import net from 'node:net';
import tls from 'node:tls';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type ISocketFactory, type LogEntry } from 'kafkajs';
import type { KafkaSettings } from '../settings.js';
import { fetchingBatches } from './fetch-response.js';
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
  const kafka = new Kafka({
    clientId,
    brokers: settings.brokers,
    ...(sasl ? { sasl: { mechanism: 'scram-sha-512' as const, ...sasl } } : {}),
    ...(tls ? { ssl: tls === true || !tls.ca ? true : { ca: [tls.ca] } } : {}),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: RETRY,
    socketFactory,
    logLevel: logLevel.INFO,
    logCreator: () => writeToLogger,
  });
  makeClusters(kafka, (cluster) => {
    const find = cluster.findBroker.bind(cluster);
    cluster.findBroker = async (node) => fetchingBatches(await find(node));
  });
  return kafka;
}

const KEEP_ALIVE_MS = 60_000;

/** As kafkajs makes its sockets, but small requests do not wait for the acknowledgement of what was sent before. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const named = net.isIP(host) ? {} : { servername: host };
  const socket = ssl
    ? tls.connect({ host, port, ...named, ...ssl }, onConnect)
    : net.connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
};

/** What kafkajs 2.2.4 keeps to itself: connections, login, metadata. The package is pinned. */
interface FindingBrokers {
  findBroker(node: object): Promise<object>;
}
type Make = (options: object) => FindingBrokers;

/** Has every cluster that this client makes, for its consumers too, pass through `change`. */
function makeClusters(kafka: Kafka, change: (cluster: FindingBrokers) => void): void {
  const holder = kafka as unknown as Record<symbol, Make>;
  const symbol = clusterMaker(kafka);
  const make = holder[symbol]!;
  holder[symbol] = (options) => {
    const cluster = make(options);
    change(cluster);
    return cluster;
  };
}

/** The property under which kafkajs keeps what makes its clusters. @throws Error on another version than the pinned one */
export function clusterMaker(kafka: Kafka): symbol {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (!symbol) throw new Error('This is not the pinned version of kafkajs (2.2.4)');
  return symbol;
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
