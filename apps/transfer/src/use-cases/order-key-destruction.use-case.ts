import { Inject, Injectable } from '@nestjs/common';
import type { DestroyKeysRequest } from '@convenant/contracts';
import { type Clock, DomainError, parseInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { type KeyRotationRow, orderDestruction, selectRotation } from '../db/key-rotation.statements.js';
import { notFound } from '../domain/protocol-access.js';
import { VaultSignal } from '../vault/vault-signal.js';
import { KeyRotations } from './key-rotations.js';
import { OPERATOR } from './start-key-rotation.use-case.js';

/**
 * Orders that every generation older than that of a rotation is destroyed, for ever. Only after the re-wrapping, and only
 * with a backup that was taken after it: every earlier one cannot be opened any more.
 *
 * Errors: NOT_FOUND, TRANSITION_ILLEGAL (not re-wrapped yet, destroyed before), INPUT_INVALID (a backup from before).
 */
@Injectable()
export class OrderKeyDestruction {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(KeyRotations) private readonly rotations: KeyRotations,
    @Inject(VaultSignal) private readonly signal: VaultSignal,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string, body: DestroyKeysRequest) {
    const answered = await this.commands.run({
      party: OPERATOR,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.order(tx, id, parseInstant(body.backupConfirmedAt));
        return { status: 201, result: { id } };
      },
      answer: () => this.rotations.get(id),
    });
    this.signal.wake();
    return answered;
  }

  private async order(tx: WriteTransaction, id: string, backupAt: number): Promise<void> {
    const [row] = await tx.query<KeyRotationRow>(selectRotation(id));
    if (!row) throw notFound('Key rotation', id);
    if (row.state !== 'rewrapped') {
      throw new DomainError('TRANSITION_ILLEGAL', `Key rotation ${id} is ${row.state}: nothing can be destroyed now`);
    }
    if (backupAt < row.rewrapped_at!.getTime() || backupAt > this.clock.now()) {
      const detail = `must lie between the end of the re-wrapping and now`;
      throw new DomainError('INPUT_INVALID', 'The backup does not hold the re-wrapped keys', {
        faults: [{ in: 'body', name: '/backupConfirmedAt', detail }],
      });
    }
    await tx.query(orderDestruction(id, new Date(backupAt)));
  }
}
