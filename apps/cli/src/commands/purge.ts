import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PurgePage, PurgeView, RetentionStatusView } from '@convenant/contracts';
import type { ApiClient } from '../api-client.js';
import { CommandFailure, exitCodes, type ExitCode } from '../exit-codes.js';
import { ProgressBar } from '../output/progress-bar.js';
import { table } from '../output/table.js';
import type { Terminal } from '../terminal.js';

const RETENTION = '/retention/v1';
const PURGES = `${RETENTION}/purges`;
const LOOK_EVERY_MS = 250;

export interface PurgeOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly protocols: readonly string[];
  readonly setHash: string | undefined;
  readonly key: string | undefined;
}

/** `purge plan`: counts by protocol and rule what may be erased now; without `--protocol`, wherever something is due. */
export async function plan(api: ApiClient, terminal: Terminal, options: PurgeOptions): Promise<ExitCode> {
  const protocols = options.protocols.length > 0 ? options.protocols : await protocolsWithSomethingDue(api);
  const purges: PurgeView[] = [];
  for (const protocolId of protocols) {
    terminal.err(`Planning for protocol ${protocolId}\n`);
    purges.push(await api.post<PurgeView>(`${PURGES}/plan`, { protocolId }, randomUUID()));
  }
  if (options.json) terminal.out(`${JSON.stringify({ items: purges })}\n`);
  else if (purges.length === 0) terminal.out('Nothing is due.\n');
  else terminal.out(purges.map(planText).join('\n'));
  return exitCodes.done;
}

/** `purge apply`: erases what a plan showed, and follows the purge to its end. */
export async function apply(
  api: ApiClient,
  terminal: Terminal,
  id: string,
  { json, dryRun, wait, setHash, key = randomUUID() }: PurgeOptions,
): Promise<ExitCode> {
  if (setHash === undefined) throw new CommandFailure(exitCodes.usage, 'Say what you saw in the plan: --set-hash');
  const path = `${PURGES}/${encodeURIComponent(id)}`;
  if (dryRun) {
    const purge = await api.get<PurgeView>(path);
    terminal.out(json ? `${JSON.stringify(purge)}\n` : planText(purge));
    const open = purge.state === 'planned' && purge.setHash === setHash;
    if (!open) throw new CommandFailure(exitCodes.conflict, `Purge ${id} is ${purge.state}, or this is not its hash`);
    return exitCodes.done;
  }
  terminal.err(`Idempotency-Key ${key}\n`);
  let purge = await api.post<PurgeView>(`${path}/apply`, { setHash }, key);
  if (wait && purge.state === 'started') purge = await followed(api, terminal, purge);
  terminal.out(json ? `${JSON.stringify(purge)}\n` : outcomeText(purge));
  return purge.state === 'failed' ? exitCodes.gap : exitCodes.done;
}

/** `purge status`: where everything stands, or one purge. */
export async function status(
  api: ApiClient,
  terminal: Terminal,
  id: string | undefined,
  { json }: PurgeOptions,
): Promise<ExitCode> {
  if (id !== undefined) {
    const purge = await api.get<PurgeView>(`${PURGES}/${encodeURIComponent(id)}`);
    terminal.out(json ? `${JSON.stringify(purge)}\n` : `${planText(purge)}${outcomeText(purge)}`);
    return exitCodes.done;
  }
  const protocols = await api.get<RetentionStatusView>(`${RETENTION}/status`);
  const purges = await api.get<PurgePage>(`${PURGES}?limit=10`);
  terminal.out(
    json ? `${JSON.stringify({ protocols: protocols.items, purges: purges.items })}\n` : statusText(protocols, purges),
  );
  return exitCodes.done;
}

async function protocolsWithSomethingDue(api: ApiClient): Promise<string[]> {
  const { items } = await api.get<RetentionStatusView>(`${RETENTION}/status`);
  return items.filter(({ due }) => due > 0).map(({ protocolId }) => protocolId);
}

async function followed(api: ApiClient, terminal: Terminal, started: PurgeView): Promise<PurgeView> {
  const bar = new ProgressBar(terminal, started.size);
  for (let purge = started; ; purge = await api.get<PurgeView>(`${PURGES}/${started.id}`)) {
    const { erased, held } = purge.progress;
    bar.show(erased + held, `answered, ${held} kept by a hold`);
    if (purge.state !== 'started') {
      bar.end();
      return purge;
    }
    await delay(LOOK_EVERY_MS);
  }
}

function planText({ id, protocolId, setHash, counts, size, left }: PurgeView): string {
  const rows = counts.map(({ rule, clause, reason, count }) => [rule, clause, reason, count]);
  return [
    `purge     ${id}\nprotocol  ${protocolId}\nset hash  ${setHash}\n`,
    table(['rule', 'clause', 'reason', 'count'], rows),
    `${size} to erase; due but kept: ${left.held} by a hold, ${left.gaps} for want of a decision, ${left.later} for a later purge\n`,
  ].join('');
}

function outcomeText({ id, state, cause, clause, progress }: PurgeView): string {
  if (state === 'failed') return `Purge ${id} failed: ${cause}${clause === undefined ? '' : ` (clause ${clause})`}\n`;
  return `Purge ${id} is ${state}: ${progress.erased} erased, ${progress.held} kept by a hold, ${progress.asked} not answered yet\n`;
}

function statusText({ items }: RetentionStatusView, purges: PurgePage): string {
  const protocols = items.map(({ protocolId, running, due, held, erasing, erased, overdue, nextRunAt }) => {
    return [protocolId, running, due, held, erasing, erased, overdue, nextRunAt];
  });
  const gaps = items.flatMap(({ protocolId, gaps: missing }) =>
    missing.map(
      ({ rule, clause, cause, count }) =>
        `Missing: ${cause}, rule ${rule}, clause ${clause}, ${count} in protocol ${protocolId}\n`,
    ),
  );
  const latest = purges.items.map(({ id, state, size, progress, plannedAt }) => {
    return [id, state, size, progress.erased, progress.held, plannedAt];
  });
  return [
    table(['protocol', 'running', 'due', 'held', 'erasing', 'erased', 'overdue', 'next run'], protocols),
    ...gaps,
    '\n',
    table(['purge', 'state', 'size', 'erased', 'held', 'planned'], latest),
  ].join('');
}
