import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { kafkaSettings, required } from '@convenant/testing';
import { services } from '../launch/services.mjs';

const root = join(import.meta.dirname, '../..');

/** The chapters that need most time; `npm run kills` plays them all. */
const leftOut = [
  'Fifty consents, one withdrawal',
  "The OCMW's own topic",
  'Accepted: ten years after the last closing',
  'What cannot be',
  'A dispute holds',
  'An account for the client',
  'The live trail',
];

describe('kill -9', () => {
  it('of a service at any step, and a restart, end as the undisturbed story ends', async () => {
    const { brokers, sasl } = kafkaSettings();
    const args = [
      'kills',
      '--seed',
      '11',
      '--kills',
      '6',
      '--json',
      ...leftOut.flatMap((title) => ['--leave-out', title]),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, ['tools/launch.mjs', ...args], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: required('TEST_DATABASE_URL'),
        KAFKA_BROKERS: brokers.join(','),
        KAFKA_SASL_USERNAME: sasl.username,
        KAFKA_SASL_PASSWORD: sasl.password,
      },
    }).catch((error) => error);
    const report = JSON.parse(stdout);
    for (const { stopped, differences, wrong, left } of report.stories) {
      expect({ stopped, differences, wrong, left }).toEqual({
        stopped: undefined,
        differences: [],
        wrong: [],
        left: [],
      });
    }
    const killed = report.stories.flatMap(({ kills }: { kills: string[] }) => kills.map((kill) => kill.split(' ')[0]));
    expect(killed.sort()).toEqual(services.map(({ name }) => name).sort());
    expect(report.ok).toBe(true);
  }, 300_000);
});
