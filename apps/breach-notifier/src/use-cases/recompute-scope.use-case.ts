import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { BreachView, RecomputeScopeRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { instantFaults } from '../domain/breach-instants.js';
import { MailSignal } from '../mail/mail-signal.js';
import { BreachCommand } from './breach-command.js';
import type { CommandCall } from './command-call.js';
import { ComputeScope } from './compute-scope.js';
import { DecideNotices } from './decide-notices.js';
import { instantOf } from './instants.js';
import { KnownLedger } from './known-ledger.js';
import { assertScopePeriod } from './scope-period.js';

/**
 * Computes the scope anew, as the next phase: with other criteria, with the end of the breach once it is known, or with what
 * the ledger has learnt since. Counterparties are told of what changed for them.
 *
 * @see GDPR Art. 33(4)
 */
@Injectable()
export class RecomputeScope {
  constructor(
    @Inject(BreachCommand) private readonly command: BreachCommand,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(ComputeScope) private readonly computeScope: ComputeScope,
    @Inject(DecideNotices) private readonly decideNotices: DecideNotices,
    @Inject(MailSignal) private readonly signal: MailSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID, CONFLICT */
  async execute(id: string, request: RecomputeScopeRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    const { scope: criteria } = request;
    const ended = instantOf(request.occurredTo, '/occurredTo', null);
    assertScopePeriod(criteria);
    await this.ledger.assertKnown(call.party, criteria);
    const answer = await this.command.execute(id, call, async (tx, row) => {
      const instants = {
        occurredFrom: row.occurred_from.getTime(),
        occurredTo: ended ?? row.occurred_to?.getTime() ?? null,
        detectedAt: row.detected_at.getTime(),
        processorInformedAt: row.processor_informed_at?.getTime() ?? null,
        awareAt: row.aware_at?.getTime() ?? null,
      };
      const faults = instantFaults({ ...instants, awareAt: null }, tx.now);
      if (faults.length > 0) throw new DomainError('INPUT_INVALID', 'The instant cannot be', { faults });
      const phase = row.phase + 1;
      const scoped = { ...instants, id, party: call.party, phase, criteria };
      const { protocols } = await this.computeScope.execute(tx, scoped, call.context);
      if (row.aware_at !== null) await this.decideNotices.execute(tx, { ...row, phase }, protocols, call.context);
    });
    this.signal.wake();
    return answer;
  }
}
