import { factServices, type FactService } from '@convenant/contracts';
import type { MessagingService } from '../settings.js';

/** A topic as it must be: made when missing, refused when its number of partitions differs. */
export interface TopicSpec {
  topic: string;
  partitions: number;
  /** Copies of each partition; default 1. */
  replication?: number;
  configs: Record<string, string>;
}

/**
 * Partitions of each fact topic, fixed at installation: order per key holds only while the number stays. Register and breach
 * have one, a total order: they are small, and every replica starts from the register.
 */
const partitionCounts: Record<FactService, number> = { register: 1, consent: 6, transfer: 6, retention: 6, breach: 1 };

// LogAppendTime: with CreateTime a moved clock makes records refused for good, or deleted at once. Never compacted:
// compaction keeps the record that arrived last, and a late duplicate arrives last. The largest event carries a whole protocol.
const factTopicConfigs = {
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'max.message.bytes': String(4 * 1024 * 1024),
};

/** Topic of a service's facts: `convenant.consent.v1`. */
export function topicOf(installation: string, service: FactService): string {
  return `${installation}.${service}.v1`;
}

/** The CloudEvents `source` of a service: `urn:convenant:consent`. */
export function sourceOf(installation: string, service: MessagingService): string {
  return `urn:${installation}:${service}`;
}

/** The consumer group of a service: `convenant.transfer`. */
export function groupOf(installation: string, service: MessagingService): string {
  return `${installation}.${service}`;
}

/** The service whose facts the topic holds. */
export function serviceOfTopic(installation: string, topic: string): FactService {
  const service = factServices.find((candidate) => topicOf(installation, candidate) === topic);
  if (!service) throw new Error(`${topic} is not a fact topic of the installation ${installation}`);
  return service;
}

/** Number of partitions of a service's topic, the same in every installation. */
export function partitionsOf(service: FactService): number {
  return partitionCounts[service];
}

/** The five fact topics of an installation. In production pass `replication: 3` and `minInsyncReplicas: 2`. */
export function fixedTopics(
  installation: string,
  durability: { replication: number; minInsyncReplicas: number } = { replication: 1, minInsyncReplicas: 1 },
): TopicSpec[] {
  return factServices.map((service) => ({
    topic: topicOf(installation, service),
    partitions: partitionsOf(service),
    replication: durability.replication,
    configs: { ...factTopicConfigs, 'min.insync.replicas': String(durability.minInsyncReplicas) },
  }));
}
