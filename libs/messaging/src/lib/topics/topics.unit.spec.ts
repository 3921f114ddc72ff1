import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { fixedTopics, serviceOfTopic } from './topics.js';

interface DeclaredTopic {
  name: string;
  partitions: number;
  configs: Record<string, unknown>;
}

describe('the fixed topics', () => {
  it('are those of deploy/kafka/topics.yaml, with the same partitions and settings', () => {
    const file = join(import.meta.dirname, '../../../../../deploy/kafka/topics.yaml');
    const declared = parse(readFileSync(file, 'utf8')) as {
      defaults: { configs: Record<string, unknown> };
      fixed: DeclaredTopic[];
    };
    const asText = (configs: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(configs).map(([name, value]) => [name, String(value)]));
    for (const { name, partitions, configs } of declared.fixed) {
      const made = fixedTopics('acme').find(({ topic }) => topic === name.replace('{installation}', 'acme'));
      expect(made).toMatchObject({ partitions, configs: asText({ ...declared.defaults.configs, ...configs }) });
    }
    expect(fixedTopics('acme')).toHaveLength(declared.fixed.length);
  });

  it('belong to one installation', () => {
    expect(serviceOfTopic('acme', 'acme.consent.v1')).toBe('consent');
    expect(() => serviceOfTopic('acme', 'other.consent.v1')).toThrow(/not a fact topic/);
  });
});
