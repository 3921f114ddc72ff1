import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AccountPrinter } from './account-printer.js';
import { runStory } from './run-story.js';
import { runRegisterStory } from './register/run-register-story.js';
import type { StoryKafka } from './story.types.js';

const USAGE =
  'Usage: node apps/sandbox/dist/story/main.js --base-url http://127.0.0.1:PORT [--story=referral|register] [--json]';

const stories = { referral: runStory, register: runRegisterStory };

/** Plays the story and tells it: exit code 0 when all of it is as it should be, 1 when a step is not, 2 for wrong usage. */
async function main(): Promise<number> {
  const { baseUrl, story, json } = parameters();
  if (!baseUrl || !URL.canParse(baseUrl) || !story) {
    console.error(USAGE);
    return 2;
  }
  const printer = new AccountPrinter((line) => console.log(line), process.stdout.isTTY === true);
  const kafka = await brokerOf(process.env);
  const result = await stories[story]({
    baseUrl,
    ...(kafka && { kafka }),
    ...(!json && { onStep: (step) => printer.step(step) }),
  });
  if (json) {
    const steps = result.steps.map(({ id, clause, ok, detail }) => ({ id, clause, ok, detail }));
    console.log(JSON.stringify({ story: result.story, ok: result.ok, steps, timings: result.timings }));
  } else printer.end(result);
  if (!result.ok) console.error(`Step ${result.steps.at(-1)?.id} is not as it should be`);
  return result.ok ? 0 : 1;
}

/**
 * The message broker, where the operator's login is given; the operator makes principals with the tool of this checkout.
 * KAFKA_BROKERS, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD, KAFKA_TLS, as every service has them.
 */
async function brokerOf(environment: NodeJS.ProcessEnv): Promise<StoryKafka | undefined> {
  const { KAFKA_BROKERS, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  if (!KAFKA_BROKERS || !username || !password) return undefined;
  const kafka = {
    brokers: KAFKA_BROKERS.split(','),
    sasl: { username, password },
    tls: environment['KAFKA_TLS'] === 'true',
  };
  const tool = fileURLToPath(new URL('../../../../tools/lib/kafka-principals.mjs', import.meta.url));
  const { makeKafkaPrincipal } = (await import(tool)) as { makeKafkaPrincipal(options: object): Promise<void> };
  const makePrincipal = (name: string, secret: string) => makeKafkaPrincipal({ kafka, name, password: secret });
  return { brokers: kafka.brokers, tls: kafka.tls, makePrincipal };
}

/** No address where the command line cannot be understood, no story where there is none of that name. */
function parameters(): { baseUrl?: string; story?: keyof typeof stories; json: boolean } {
  try {
    const { values } = parseArgs({
      options: { 'base-url': { type: 'string' }, story: { type: 'string' }, json: { type: 'boolean' } },
    });
    const story = Object.keys(stories).find((name) => name === (values.story ?? 'referral'));
    return {
      baseUrl: values['base-url'],
      story: story as keyof typeof stories | undefined,
      json: values.json === true,
    };
  } catch {
    return { json: false };
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
