import { DomainError, formatInstant, newId, type Clock } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { operatorStatements, type OperationCommandRow } from '../db/operator.statements.js';
import { CLOCK } from '../settings.js';
import type { OperationRequest } from './operation-record.js';

/** One command of an operator, as it came over HTTP. */
export interface OperatorCommand<A extends object> {
  client: string;
  /** The Idempotency-Key, a UUID. */
  key: string;
  fingerprint: string;
  /** The actor and the reason; the operation's id is added. */
  request: Omit<OperationRequest, 'operationId'>;
  /**
   * Does it. Of an operation that spans transactions and was interrupted, `recorded` is true: it must go on, and need not begin.
   */
  perform: (request: OperationRequest, recorded: boolean) => Promise<A>;
}

/**
 * Runs operators' commands at most once per (client, key), also in a closed service, where no ordinary command runs. What an
 * interrupted one began goes on under the same operation when it is repeated; what failed may be tried again.
 */
@Injectable()
export class OperatorCommands {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError IDEMPOTENCY_KEY_REUSED, COMMAND_IN_PROGRESS, and whatever `perform` throws */
  async run<A extends object>(command: OperatorCommand<A>): Promise<{ status: number; body: A; repeated: boolean }> {
    const { client, key } = command;
    const name = `operation:${JSON.stringify([client, key])}`;
    const runner = this.dataSource.createQueryRunner();
    try {
      const [lock] = (await runner.query(operatorStatements.lock, [name])) as { free: boolean }[];
      if (!lock!.free) throw new DomainError('COMMAND_IN_PROGRESS', 'The operation with this key has not ended yet');
      try {
        return await this.runOnce(command);
      } finally {
        await runner.query(operatorStatements.unlock, [name]);
      }
    } finally {
      await runner.release();
    }
  }

  private async runOnce<A extends object>(command: OperatorCommand<A>) {
    const { client, key, fingerprint, request, perform } = command;
    const known = await this.find(client, key);
    if (known && known.fingerprint !== fingerprint) {
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', `The key ${key} was used for an operation with another content`);
    }
    if (known?.answer) return { status: 201, body: known.answer as A, repeated: true };
    const operationId = known?.operation_id ?? newId();
    if (!known) {
      const begunAt = formatInstant(this.clock.now());
      await this.dataSource.query(operatorStatements.begin, [client, key, fingerprint, operationId, begunAt]);
    }
    const answer = await perform({ ...request, operationId }, known?.recorded ?? false);
    await this.dataSource.query(operatorStatements.end, [client, key, JSON.stringify(answer)]);
    return { status: 201, body: answer, repeated: false };
  }

  private async find(client: string, key: string): Promise<OperationCommandRow | undefined> {
    return ((await this.dataSource.query(operatorStatements.find, [client, key])) as OperationCommandRow[])[0];
  }
}
