import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { BreachView } from '@convenant/contracts';
import { CommandRunner, type CommandResult, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { selectBreach, type BreachRow } from '../db/breach.statements.js';
import { notFound, type CommandCall } from './command-call.js';
import { GetBreach } from './get-breach.use-case.js';

/** Runs a command on an existing breach of the caller's party, alone on it, and answers the breach as it stands then. */
@Injectable()
export class BreachCommand {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(GetBreach) private readonly getBreach: GetBreach,
  ) {}

  /** @throws DomainError NOT_FOUND; CONFLICT when the breach has been dismissed or closed; what `work` throws */
  execute(
    id: string,
    call: CommandCall,
    work: (tx: WriteTransaction, breach: BreachRow) => Promise<void>,
  ): Promise<CommandAnswer<BreachView>> {
    return this.run(
      id,
      call,
      async (tx, breach) => (await work(tx, breach), {}),
      () => this.getBreach.execute(id, call.party),
    );
  }

  /** As `execute`, for a command that makes something of its own and answers that. */
  run<R>(
    id: string,
    call: CommandCall,
    work: (tx: WriteTransaction, breach: BreachRow) => Promise<CommandResult>,
    answer: (result: CommandResult) => Promise<R>,
  ): Promise<CommandAnswer<R>> {
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const [breach] = await tx.query<BreachRow>(selectBreach(id, call.party));
        if (breach === undefined) throw notFound('breach', id);
        if (breach.state === 'dismissed' || breach.state === 'closed') {
          throw new DomainError('CONFLICT', `Breach ${id} has been ${breach.state}: nothing is added to it any more`);
        }
        return { status: 201, result: await work(tx, breach) };
      },
      answer,
    });
  }
}

/** @throws DomainError CONFLICT while the breach is only suspected */
export function assertAware(
  breach: BreachRow,
): asserts breach is BreachRow & { aware_at: Date; authority_due_at: Date } {
  if (breach.aware_at === null) {
    throw new DomainError('CONFLICT', `Breach ${breach.id} is only suspected: record the awareness first`);
  }
}
