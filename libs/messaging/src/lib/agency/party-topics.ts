import { isUuid } from '@convenant/kernel';
import kafkajs, { type AclEntry } from 'kafkajs';
import { createKafka } from '../bus/kafkajs-client.js';
import type { KafkaSettings } from '../settings.js';
import { ensureTopics } from '../topics/ensure-topics.js';
import type { TopicSpec } from '../topics/topics.js';

// CommonJS: Node finds only some of its names as named imports.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Copies of each partition, and how many must have a record before it counts. */
export interface TopicDurability {
  replication: number;
  minInsyncReplicas: number;
}

const DAY_MS = 86_400_000;
const shared = { 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'delete' };
/** As deploy/kafka/topics.yaml tells; a test compares. */
const inConfigs = { ...shared, 'retention.ms': String(30 * DAY_MS) };
const auditConfigs = {
  ...shared,
  'retention.ms': String(365 * DAY_MS),
  'max.message.bytes': String(4 * 1024 * 1024),
};

/** Where a party's own systems write; the name is the authenticated party. */
export function inTopicOf(installation: string, party: string): string {
  return `${installation}.in.${party}`;
}

/** Where a party reads what it may see. */
export function partyAuditTopicOf(installation: string, party: string): string {
  return `${installation}.audit.${party}`;
}

/** Name of the SCRAM principal of a party, and prefix of its consumer groups. */
export function principalOf(installation: string, party: string): string {
  return `${installation}.${party}`;
}

/** The party whose `in` topic it is; undefined for every other topic. */
export function partyOfInTopic(installation: string, topic: string): string | undefined {
  const prefix = inTopicOf(installation, '');
  const party = topic.slice(prefix.length);
  return topic.startsWith(prefix) && isUuid(party) ? party : undefined;
}

/** Both topics of a party. One partition each: a party's messages are handled in the order it sent them. */
export function partyTopics(installation: string, party: string, durability: TopicDurability): TopicSpec[] {
  const { replication, minInsyncReplicas } = durability;
  const of = (topic: string, configs: Record<string, string>): TopicSpec => ({
    topic,
    partitions: 1,
    replication,
    configs: { ...configs, 'min.insync.replicas': String(minInsyncReplicas) },
  });
  return [of(inTopicOf(installation, party), inConfigs), of(partyAuditTopicOf(installation, party), auditConfigs)];
}

/**
 * What a party's principal may do, and nothing else: write its own `in` topic, read its own `audit` topic, in consumer groups
 * that begin with its own name. Seeing that a topic exists comes with writing or reading it.
 */
export function partyRights(installation: string, party: string): AclEntry[] {
  const allow = {
    principal: `User:${principalOf(installation, party)}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
  };
  return [
    {
      ...allow,
      resourceType: AclResourceTypes.TOPIC,
      resourceName: inTopicOf(installation, party),
      resourcePatternType: ResourcePatternTypes.LITERAL,
      operation: AclOperationTypes.WRITE,
    },
    {
      ...allow,
      resourceType: AclResourceTypes.TOPIC,
      resourceName: partyAuditTopicOf(installation, party),
      resourcePatternType: ResourcePatternTypes.LITERAL,
      operation: AclOperationTypes.READ,
    },
    {
      ...allow,
      resourceType: AclResourceTypes.GROUP,
      resourceName: principalOf(installation, party),
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      operation: AclOperationTypes.READ,
    },
  ];
}

/**
 * Makes what is missing of the topics and rights of these parties. Idempotent; parallel calls do no harm. The principals
 * themselves are the operator's matter.
 */
export async function ensurePartyTopics(
  settings: { installation: string; kafka: KafkaSettings },
  parties: readonly string[],
  durability: TopicDurability,
): Promise<void> {
  const { installation, kafka } = settings;
  await ensureTopics(
    settings,
    parties.flatMap((party) => partyTopics(installation, party, durability)),
  );
  const admin = createKafka(kafka, `${installation}.party-topics`).admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl: parties.flatMap((party) => partyRights(installation, party)) });
  } finally {
    await admin.disconnect();
  }
}
