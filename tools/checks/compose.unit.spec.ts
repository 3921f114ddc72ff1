import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { services } from '../launch/services.mjs';
import { NODE_FLAGS } from '../lib/node-flags.mjs';
import { DURABLE } from '../lib/postgres.mjs';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Compose {
  services: Record<string, { image: string; command?: string[]; environment?: Record<string, string> }>;
}

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;

  it('runs every service of the system, each on its own database', () => {
    for (const { name, app } of services) {
      const service = compose.services[name];
      expect(service?.command?.at(-1)).toBe(`apps/${app}/dist/main.js`);
      expect(service?.environment?.['DATABASE_URL']).toContain(`_${name}:`);
      expect(compose.services['provision']?.environment).toHaveProperty(`${name.toUpperCase()}_DATABASE_PASSWORD`);
    }
  });

  it('keeps the heap of a service as the launcher does', () => {
    const [, entry] = /^ENTRYPOINT (.*)$/m.exec(read('deploy/docker/Dockerfile')) ?? [];
    expect(JSON.parse(entry!)).toEqual(['node', ...NODE_FLAGS]);
  });

  it('gives PostgreSQL the memory that the launcher gives it', () => {
    const command = compose.services['postgres']?.command;
    for (const [setting, value] of Object.entries(DURABLE)) expect(command).toContain(`${setting}=${value}`);
  });

  it('uses the Kafka that the tests use', () => {
    const [, version] =
      /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(read('deploy/kafka/pom.xml')) ?? [];
    expect(compose.services['kafka']?.image).toBe(`apache/kafka:${version}`);
  });

  it('asks for no setting that the example of .env does not name', () => {
    const asked = new Set([...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name!));
    const named = new Set([...read('deploy/docker/env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name!));
    expect([...asked].filter((name) => !named.has(name) && !['TOKEN_AUDIENCE', 'LOG_LEVEL'].includes(name))).toEqual(
      [],
    );
  });
});
