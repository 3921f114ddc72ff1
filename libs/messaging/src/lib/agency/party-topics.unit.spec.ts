import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { AclOperationTypes } from 'kafkajs';
import { parse } from 'yaml';
import { inTopicOf, partyOfInTopic, partyRights, partyTopics, principalOf } from './party-topics.js';

const party = newId();

describe('the topics of a party', () => {
  it('are the templates of deploy/kafka/topics.yaml, with the same partitions and settings', () => {
    const file = new URL('../../../../../deploy/kafka/topics.yaml', import.meta.url);
    const told = parse(readFileSync(file, 'utf8').replaceAll('{installation}', 'acme').replaceAll('{party}', party));
    const made = partyTopics('acme', party, { replication: 3, minInsyncReplicas: 2 });
    expect(made).toEqual(
      told.templates.map(({ name, partitions, configs }: any) => ({
        topic: name,
        partitions,
        replication: 3,
        configs: {
          ...Object.fromEntries(
            Object.entries({ ...told.defaults.configs, ...configs }).map(([key, value]) => [key, String(value)]),
          ),
          'min.insync.replicas': '2',
        },
      })),
    );
  });

  it('tell whose they are, and nothing else does', () => {
    expect(partyOfInTopic('acme', inTopicOf('acme', party))).toBe(party);
    for (const other of [`other.in.${party}`, `acme.audit.${party}`, 'acme.in.somebody', `acme.in.${party}.copy`, '']) {
      expect(partyOfInTopic('acme', other)).toBeUndefined();
    }
  });

  it('are open to their party alone: it writes the one and reads the other', () => {
    const rights = partyRights('acme', party);
    expect(rights.map(({ resourceName, operation }) => [resourceName, operation])).toEqual([
      [`acme.in.${party}`, AclOperationTypes.WRITE],
      [`acme.audit.${party}`, AclOperationTypes.READ],
      [`acme.${party}`, AclOperationTypes.READ],
    ]);
    expect(new Set(rights.map(({ principal }) => principal))).toEqual(new Set([`User:${principalOf('acme', party)}`]));
  });
});
