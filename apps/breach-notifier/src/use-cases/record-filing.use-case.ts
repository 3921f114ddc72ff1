import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { authorityFilingRecorded, type FilingView, type RecordFilingRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { selectFiling, setFiled, type FilingRow } from '../db/filing.statements.js';
import { assertAware, BreachCommand } from './breach-command.js';
import { notFound, type CommandCall } from './command-call.js';
import { GetFiling } from './get-filing.use-case.js';
import { instantOf } from './instants.js';

/** Records that the party filed a prepared document itself, with the code that the authority gave for it. */
@Injectable()
export class RecordFiling {
  constructor(
    @Inject(BreachCommand) private readonly command: BreachCommand,
    @Inject(GetFiling) private readonly getFiling: GetFiling,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID (an instant that cannot be), CONFLICT (recorded already) */
  execute(
    id: string,
    filingId: string,
    request: RecordFilingRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<FilingView>> {
    const filedAt = instantOf(request.filedAt, '/filedAt', 0);
    return this.command.run(
      id,
      call,
      async (tx, breach) => {
        assertAware(breach);
        const [filing] = await tx.query<FilingRow>(selectFiling(filingId, id));
        if (filing === undefined) throw notFound('filing', filingId);
        if (filing.filed_at !== null) throw new DomainError('CONFLICT', `Filing ${filingId} has a receipt already`);
        if (filedAt > tx.now || filedAt < breach.aware_at.getTime()) {
          throw new DomainError('INPUT_INVALID', 'The instant of the filing cannot be', {
            faults: [{ in: 'body', name: '/filedAt', detail: 'must lie between awareness and now' }],
          });
        }
        const { phase, authority } = filing;
        const { receiptCode } = request;
        const withinDeadline = filedAt <= breach.authority_due_at.getTime();
        await tx.query(setFiled(filingId, receiptCode, formatInstant(filedAt), withinDeadline));
        const data = {
          breachId: id,
          partyId: call.party,
          filingId,
          phase,
          authority,
          receiptCode,
          filedAt: formatInstant(filedAt),
          withinDeadline,
          recordedAt: formatInstant(tx.now),
        };
        await tx.append(authorityFilingRecorded, { subject: id, data, context: call.context, occurredAt: filedAt });
        return {};
      },
      () => this.getFiling.execute(id, filingId, call.party),
    );
  }
}
