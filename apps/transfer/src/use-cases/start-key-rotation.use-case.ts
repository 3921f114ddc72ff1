import { Inject, Injectable } from '@nestjs/common';
import { keyRotationStarted } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { insertRotation } from '../db/key-rotation.statements.js';
import { VaultSignal } from '../vault/vault-signal.js';
import { KeyRotations } from './key-rotations.js';

/** Commands of the operator have keys of their own beside those of the parties. */
export const OPERATOR = 'installation';

/** Orders a new generation of the key-encryption key; the work follows in the background. Errors: CONFLICT (one is under way). */
@Injectable()
export class StartKeyRotation {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(KeyRotations) private readonly rotations: KeyRotations,
    @Inject(VaultSignal) private readonly signal: VaultSignal,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation) {
    const id = newId();
    const answered = await this.commands.run({
      party: OPERATOR,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        const at = this.clock.now();
        const started = await tx.query(insertRotation(id, new Date(at), info.context));
        if (started.length === 0) throw new DomainError('CONFLICT', 'A key rotation is under way');
        const data = { rotationId: id, startedAt: formatInstant(at) };
        await tx.append(keyRotationStarted, { subject: id, data, context: info.context, occurredAt: at });
        return { status: 201, result: { id } };
      },
      answer: (result) => this.rotations.get(result['id'] as string),
    });
    this.signal.wake();
    return answered;
  }
}
