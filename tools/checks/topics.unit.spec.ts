import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fixedTopics } from '@convenant/messaging';
import { parse } from 'yaml';

it('deploy/kafka/topics.yaml and the services agree on every fixed topic', () => {
  const file = new URL('../../deploy/kafka/topics.yaml', import.meta.url);
  const { defaults, fixed } = parse(readFileSync(file, 'utf8').replaceAll('{installation}', 'anywhere'));
  const told = fixed.map(({ name, partitions, configs }: Fixed) => ({
    topic: name,
    partitions,
    configs: strings({ ...defaults.configs, ...configs }),
  }));
  const made = fixedTopics('anywhere').map(({ topic, partitions, configs }) => {
    // Replication comes from settings, not from the file.
    const { 'min.insync.replicas': _, ...rest } = configs;
    return { topic, partitions, configs: rest };
  });
  expect(told).toEqual(made);
});

interface Fixed {
  name: string;
  partitions: number;
  configs: Record<string, unknown>;
}

function strings(configs: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(configs).map(([name, value]) => [name, String(value)]));
}
