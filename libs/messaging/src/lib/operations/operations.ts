import type { FactService } from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { Redrive, type Discard, type RedriveReport } from './redrive.js';
import { Replay } from './replay.js';
import { Rebase, type RebaseReport } from '../opening/rebase.js';
import type { OperationRequest } from './operation-record.js';
import { Pauses, type Pausable } from './pauses.js';

/**
 * What an operator can do to a running service, for whatever puts it behind HTTP or a command line. Each is recorded with who
 * and why, as a row and as `operation.performed`, in the transaction that does it.
 */
@Injectable()
export class Operations {
  constructor(
    @Inject(Pauses) private readonly pauses: Pauses,
    @Inject(Redrive) private readonly redrives: Redrive,
    @Inject(Replay) private readonly replays: Replay,
    @Optional() @Inject(Rebase) private readonly rebases?: Rebase,
  ) {}

  /** Stops the relay or the inbox of every process of the service, within a second, until `resume`. Commands go on. */
  pause(what: Pausable, request: OperationRequest): Promise<void> {
    return this.pauses.set(what, true, request);
  }

  /** @throws DomainError CONFLICT when it is not paused */
  resume(what: Pausable, request: OperationRequest): Promise<void> {
    return this.pauses.set(what, false, request);
  }

  /** Handles a dead letter after all, and what waits behind it: see `Redrive`. */
  redrive(deadLetterId: string, request: OperationRequest): Promise<RedriveReport> {
    return this.redrives.run(deadLetterId, request);
  }

  /**
   * Gives up a dead letter that can never be handled, saying what is lost, and lets what waits behind it go on: see `Redrive`.
   * @throws DomainError CONFLICT when what is said does not fit the dead letter
   */
  discard(deadLetterId: string, discard: Discard, request: OperationRequest): Promise<RedriveReport> {
    return this.redrives.run(deadLetterId, request, discard);
  }

  /** Builds the replicas of a service's facts anew: see `Replay`. Returns when it has begun; `Opening` says when it has ended. */
  replay(of: FactService, request: OperationRequest): Promise<void> {
    return this.replays.run(of, request);
  }

  /** Brings a restored database up to its topic and opens the service: see `Rebase`. */
  async rebase(request: OperationRequest): Promise<RebaseReport> {
    if (!this.rebases) throw new DomainError('CONFLICT', 'The service has no topic of its own');
    return this.rebases.run(request);
  }
}
