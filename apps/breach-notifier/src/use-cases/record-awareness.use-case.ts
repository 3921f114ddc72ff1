import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { BreachView, RecordAwarenessRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { instantFaults } from '../domain/breach-instants.js';
import { MailSignal } from '../mail/mail-signal.js';
import { becomeAware } from './awareness.js';
import { BreachCommand } from './breach-command.js';
import { iso, type CommandCall } from './command-call.js';
import { ComputeScope } from './compute-scope.js';
import { DecideNotices } from './decide-notices.js';
import { instantOf } from './instants.js';

/**
 * A suspicion became a breach: the controller is aware from an instant on, on a stated basis. The 72 hours run from it; the
 * scope is computed anew and the counterparties are told.
 *
 * @see GDPR Art. 33(1)
 */
@Injectable()
export class RecordAwareness {
  constructor(
    @Inject(BreachCommand) private readonly command: BreachCommand,
    @Inject(ComputeScope) private readonly computeScope: ComputeScope,
    @Inject(DecideNotices) private readonly decideNotices: DecideNotices,
    @Inject(MailSignal) private readonly signal: MailSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID, CONFLICT (awareness is recorded once) */
  async execute(id: string, request: RecordAwarenessRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    const awareAt = instantOf(request.awareAt, '/awareAt', 0);
    const answer = await this.command.execute(id, call, async (tx, row) => {
      if (row.aware_at !== null) {
        throw new DomainError('CONFLICT', `The controller is aware of breach ${id} since ${iso(row.aware_at)}`);
      }
      const instants = {
        occurredFrom: row.occurred_from.getTime(),
        occurredTo: row.occurred_to?.getTime() ?? null,
        detectedAt: row.detected_at.getTime(),
        processorInformedAt: row.processor_informed_at?.getTime() ?? null,
        awareAt,
      };
      const faults = instantFaults(instants, tx.now);
      if (faults.length > 0) throw new DomainError('INPUT_INVALID', 'The instant cannot be', { faults });
      const told = {
        occurredFrom: iso(row.occurred_from),
        ...(row.occurred_to === null ? {} : { occurredTo: iso(row.occurred_to) }),
        detectedAt: iso(row.detected_at),
        ...(row.processor_informed_at === null ? {} : { processorInformedAt: iso(row.processor_informed_at) }),
      };
      const { basis } = request;
      await becomeAware(tx, { ...row, reportedAt: iso(row.reported_at), told }, { at: awareAt, basis }, call);
      const phase = row.phase + 1;
      const scoped = { ...instants, id, party: call.party, phase, criteria: row.criteria };
      const { protocols } = await this.computeScope.execute(tx, scoped, call.context);
      await this.decideNotices.execute(tx, { ...row, phase }, protocols, call.context);
    });
    this.signal.wake();
    return answer;
  }
}
