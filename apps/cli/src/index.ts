import { parseArgs } from 'node:util';
import { ApiClient } from './api-client.js';
import { evidence } from './commands/evidence.js';
import { ops } from './commands/ops.js';
import { apply, plan, status, type PurgeOptions } from './commands/purge.js';
import { protocol, protocolUsage } from './commands/protocol.js';
import { CommandFailure, exitCodes, type ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

export { exitCodes, type ExitCode } from './exit-codes.js';
export type { Terminal } from './terminal.js';

const usage = `${protocolUsage.trimEnd()}
       convenant purge status [<purgeId>] [--json]
       convenant purge plan [--protocol <id>]... [--json]
       convenant purge apply <purgeId> --set-hash <hash> [--dry-run] [--no-wait] [--key <uuid>] [--json]
       convenant evidence <protocolId> --out <file.tar> [--json]
       convenant ops status|dead-letters [--service <name>] [--json]
       convenant ops pause|resume relay|inbox --service <name> --reason <why> [--key <uuid>] [--json]
       convenant ops redrive <deadLetterId> --service <name> --reason <why> [--key <uuid>] [--json]
       convenant ops discard <deadLetterId> --service <name> --reason <why> --hash <messageHash> --lost <what>
                     [--aggregate <uuid> --version <n>] [--key <uuid>] [--json]
       convenant ops replay <ofService> --service <name> --reason <why> [--key <uuid>] [--json]
       convenant ops rebase --service <name> --reason <why> [--key <uuid>] [--json]

Services: register, consent, transfer, retention, breach, audit; without one, status and dead-letters look at all.
Environment: CONVENANT_URL (or --base-url), CONVENANT_TOKEN. Data on stdout, progress on stderr.
Exit codes: 0 done, 1 failed, 2 usage, 3 not allowed, 4 not found, 5 conflict, 6 decision missing, 7 unavailable,
  8 an invalid file.
`;

/**
 * Runs one command line (without program and script) and says how it ended. Never throws: what goes wrong is a sentence on
 * stderr and an exit code.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    const failure = error instanceof CommandFailure ? error : undefined;
    terminal.err(`${failure?.message ?? (error instanceof Error ? error.message : String(error))}\n`);
    return failure?.exitCode ?? exitCodes.failed;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  // Reads files of this machine: needs neither an address nor a token.
  if (args[0] === 'protocol') return protocol(args.slice(1), terminal);
  const { values, positionals } = parsed(args);
  if (values.help || positionals.length === 0) {
    (values.help ? terminal.out : terminal.err)(usage);
    return values.help ? exitCodes.done : exitCodes.usage;
  }
  const [command, action, id, ...more] = positionals;
  if (command === 'ops' && more.length === 0) {
    return ops(() => ApiClient.of(terminal, values['base-url']), terminal, { ...values, action, what: id });
  }
  if (command === 'evidence' && id === undefined) {
    const { out, json } = values;
    return evidence(() => ApiClient.of(terminal, values['base-url']), terminal, { protocol: action, out, json });
  }
  if (command !== 'purge' || more.length > 0) throw misused(`There is no command ${positionals.join(' ')}`);
  const options: PurgeOptions = {
    json: values.json,
    dryRun: values['dry-run'],
    wait: !values['no-wait'],
    protocols: values.protocol,
    setHash: values['set-hash'],
    key: values.key,
  };
  const api = ApiClient.of(terminal, values['base-url']);
  switch (action) {
    case 'status':
      return status(api, terminal, id, options);
    case 'plan':
      if (id !== undefined) throw misused('plan takes no purge');
      return plan(api, terminal, options);
    case 'apply':
      if (id === undefined) throw misused('Say which purge to apply');
      return apply(api, terminal, id, options);
    default:
      throw misused(`There is no command purge ${action ?? ''}`.trimEnd());
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'base-url': { type: 'string' },
        protocol: { type: 'string', multiple: true, default: [] },
        'set-hash': { type: 'string' },
        key: { type: 'string' },
        out: { type: 'string' },
        service: { type: 'string' },
        reason: { type: 'string' },
        hash: { type: 'string' },
        lost: { type: 'string' },
        aggregate: { type: 'string' },
        version: { type: 'string' },
        json: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        'no-wait': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw misused((error as Error).message);
  }
}

function misused(why: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, `${why}\n\n${usage.trimEnd()}`);
}
