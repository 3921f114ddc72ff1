import { randomUUID } from 'node:crypto';
import type { DeadLetterList, OperationsStatusView, OperationView } from '@convenant/contracts';
import type { ApiClient } from '../api-client.js';
import { CommandFailure, exitCodes, type ExitCode } from '../exit-codes.js';
import { table } from '../output/table.js';
import type { Terminal } from '../terminal.js';

const services = ['register', 'consent', 'transfer', 'retention', 'breach', 'audit'] as const;
type Service = (typeof services)[number];

export interface OpsOptions {
  readonly action: string | undefined;
  /** `relay` or `inbox`, a dead letter, or whose facts to replay. */
  readonly what: string | undefined;
  readonly service?: string | undefined;
  readonly reason?: string | undefined;
  readonly hash?: string | undefined;
  readonly lost?: string | undefined;
  readonly aggregate?: string | undefined;
  readonly version?: string | undefined;
  readonly key?: string | undefined;
  readonly json: boolean;
}

/**
 * `ops …`: what an operator (`installation-admin`) looks at in running services and does to them, closed ones too. Looking shows
 * positions, causes and hashes, never content; everything done is recorded with who and why.
 *
 * @param connect makes the client once the command line is known to be right
 */
export async function ops(connect: () => ApiClient, terminal: Terminal, options: OpsOptions): Promise<ExitCode> {
  const { action, what } = options;
  if (action === 'status' || action === 'dead-letters') {
    if (what !== undefined) throw misused(`ops ${action} takes no further word`);
    const asked = options.service === undefined ? services : [serviceOf(options.service)];
    const api = connect();
    return action === 'status'
      ? showStatus(api, terminal, asked, options.json)
      : showDeadLetters(api, terminal, asked, options.json);
  }
  return perform(connect, terminal, options);
}

/** Path below `/<service>/v1/operations` and body of what is to be done. */
function requestOf({ action, what, reason, hash, lost, aggregate, version }: OpsOptions): {
  path: string;
  body: object;
} {
  const needed = (name: string, value: string | undefined) => {
    if (value === undefined) throw misused(`ops ${action} needs ${name}`);
    return value;
  };
  switch (action) {
    case 'pause':
    case 'resume':
      return { path: `${action}s`, body: { what: needed('relay or inbox', what), reason } };
    case 'redrive':
      return { path: `dead-letters/${encodeURIComponent(needed('a dead letter', what))}/redrive`, body: { reason } };
    case 'discard': {
      const event = {
        ...(aggregate !== undefined && { aggregate }),
        ...(version !== undefined && { aggregateVersion: Number(version) }),
      };
      return {
        path: `dead-letters/${encodeURIComponent(needed('a dead letter', what))}/discard`,
        body: {
          reason,
          messageHash: needed('--hash, as dead-letters shows it', hash),
          lost: { statement: needed('--lost: say what is given up', lost), ...event },
        },
      };
    }
    case 'replay':
      return { path: 'replays', body: { service: needed('the service whose facts to replay', what), reason } };
    case 'rebase':
      if (what !== undefined) throw misused('ops rebase takes no further word');
      return { path: 'rebases', body: { reason } };
    default:
      throw misused(`There is no command ops ${action ?? ''}`.trimEnd());
  }
}

async function perform(connect: () => ApiClient, terminal: Terminal, options: OpsOptions): Promise<ExitCode> {
  const { path, body } = requestOf(options);
  if (options.service === undefined) throw misused('Say which service: --service');
  if (options.reason === undefined) throw misused('Say why: --reason; ids only, it is recorded for others to read');
  const service = serviceOf(options.service);
  const key = options.key ?? randomUUID();
  const api = connect();
  terminal.err(`Idempotency-Key ${key}\n`);
  const done = await api.postLong<OperationView>(`/${service}/v1/operations/${path}`, body, key);
  terminal.out(options.json ? `${JSON.stringify(done)}\n` : operationText(service, done));
  // What was asked for was done only in part: something still waits.
  return done.blockedBy === undefined ? exitCodes.done : exitCodes.conflict;
}

async function showStatus(
  api: ApiClient,
  terminal: Terminal,
  asked: readonly Service[],
  json: boolean,
): Promise<ExitCode> {
  const all: OperationsStatusView[] = [];
  for (const service of asked) all.push(await api.get<OperationsStatusView>(`/${service}/v1/operations/status`));
  terminal.out(json ? `${JSON.stringify({ items: all })}\n` : statusText(all));
  return all.some(({ closed }) => closed) ? exitCodes.unavailable : exitCodes.done;
}

async function showDeadLetters(
  api: ApiClient,
  terminal: Terminal,
  asked: readonly Service[],
  json: boolean,
): Promise<ExitCode> {
  const all: (DeadLetterList & { service: Service })[] = [];
  for (const service of asked) {
    const list = await api.get<DeadLetterList>(`/${service}/v1/operations/dead-letters?limit=500`);
    all.push({ service, ...list });
  }
  if (json) terminal.out(`${JSON.stringify({ items: all })}\n`);
  else terminal.out(all.every(({ total }) => total === 0) ? 'There are no dead letters.\n' : deadLetterText(all));
  return exitCodes.done;
}

function statusText(all: readonly OperationsStatusView[]): string {
  const rows = all.map(({ service, closed, relay, inbox, deadLetters }) => [
    service,
    closed ? 'closed' : 'open',
    relay ? (relay.paused ? 'paused' : 'runs') : '-',
    relay?.sequence ?? '-',
    relay?.oldestUnsentSeconds ?? '-',
    inbox.paused ? 'paused' : 'runs',
    inbox.losses.length,
    deadLetters,
  ]);
  const head = ['service', 'state', 'relay', 'sequence', 'unsent for s', 'inbox', 'losses', 'dead letters'];
  return [
    table(head, rows),
    ...all.flatMap(({ service, closed }) => (closed ? [`${service}: ${closed.detail}\n`] : [])),
  ].join('');
}

function deadLetterText(all: readonly (DeadLetterList & { service: Service })[]): string {
  const rows = all.flatMap(({ service, items }) =>
    items.map(({ id, cause, topic, partition, offset, messageHash, ageSeconds, blocks, parked }) => [
      service,
      id,
      cause,
      `${topic}/${partition}/${offset}`,
      ageSeconds,
      blocks.aggregate === undefined ? `the ${blocks.scope}` : `${blocks.aggregate} behind ${blocks.appliedVersion}`,
      parked.messages,
      messageHash,
    ]),
  );
  return table(['service', 'dead letter', 'cause', 'position', 'age s', 'blocks', 'waiting', 'hash'], rows);
}

function operationText(
  service: Service,
  { operationId, operation, target, counts, blockedBy, notCarried }: OperationView,
): string {
  const figures = Object.entries(counts).map(([name, count]) => `, ${name} ${count}`);
  return [
    `${service}: ${operation} of ${target} is done${figures.join('')} (operation ${operationId})\n`,
    blockedBy === undefined
      ? ''
      : `What waited could not be handled either: it waits behind dead letter ${blockedBy} now\n`,
    ...(notCarried ?? []).map((name) => `Lost, since no event carries it: ${name}\n`),
  ].join('');
}

function serviceOf(name: string): Service {
  const known = services.find((service) => service === name);
  if (!known) throw misused(`There is no service ${name}: ${services.join(', ')}`);
  return known;
}

function misused(why: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, why);
}
