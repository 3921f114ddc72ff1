import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { breachSuspected, type BreachView, type ReportBreachRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { insertBreach } from '../db/breach.statements.js';
import { awarenessOf, instantFaults, type BreachInstants } from '../domain/breach-instants.js';
import { MailSignal } from '../mail/mail-signal.js';
import { becomeAware, type AwarenessBasis, type ToldInstants } from './awareness.js';
import type { CommandCall } from './command-call.js';
import { ComputeScope } from './compute-scope.js';
import { DecideNotices } from './decide-notices.js';
import { GetBreach } from './get-breach.use-case.js';
import { instantOf } from './instants.js';
import { KnownLedger } from './known-ledger.js';
import { assertScopePeriod } from './scope-period.js';

/**
 * Enters a breach of the caller's party into the register, in one transaction with what it affects by the ledger. Where the
 * controller is aware, the 72 hours run and the notices to the counterparties are decided; a suspicion only enters.
 *
 * @see GDPR Art. 4(12), 33
 */
@Injectable()
export class ReportBreach {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(ComputeScope) private readonly computeScope: ComputeScope,
    @Inject(DecideNotices) private readonly decideNotices: DecideNotices,
    @Inject(GetBreach) private readonly getBreach: GetBreach,
    @Inject(MailSignal) private readonly signal: MailSignal,
  ) {}

  /** @throws DomainError INPUT_INVALID (instants that cannot be, a scope outside the party's protocols) */
  async execute(request: ReportBreachRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    const instants: BreachInstants = {
      occurredFrom: instantOf(request.occurredFrom, '/occurredFrom', 0),
      occurredTo: instantOf(request.occurredTo, '/occurredTo', null),
      detectedAt: instantOf(request.detectedAt, '/detectedAt', 0),
      processorInformedAt: instantOf(request.processorInformedAt, '/processorInformedAt', null),
      awareAt: instantOf(request.awareAt, '/awareAt', null),
    };
    assertScopePeriod(request.scope);
    if (request.awareBasis !== undefined && awarenessOf(instants) === null) {
      throw new DomainError('INPUT_INVALID', 'There is a basis of awareness without an awareness', {
        faults: [{ in: 'body', name: '/awareAt', detail: 'is missing: awareBasis says on what it was decided' }],
      });
    }
    await this.ledger.assertKnown(call.party, request.scope);
    const id = newId();
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const faults = instantFaults(instants, tx.now);
        if (faults.length > 0)
          throw new DomainError('INPUT_INVALID', 'The instants of the breach cannot be', { faults });
        await this.report(tx, id, request, instants, call);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getBreach.execute(result['id'] as string, call.party),
    });
    this.signal.wake();
    return answer;
  }

  private async report(
    tx: WriteTransaction,
    id: string,
    request: ReportBreachRequest,
    instants: BreachInstants,
    call: CommandCall,
  ): Promise<void> {
    const { party, context, userRef } = call;
    const { nature, scope: criteria } = request;
    const reportedAt = formatInstant(tx.now);
    const told = toldInstants(instants);
    await tx.query(
      insertBreach({
        id,
        party,
        nature,
        occurredFrom: told.occurredFrom,
        occurredTo: told.occurredTo ?? null,
        detectedAt: told.detectedAt,
        processorInformedAt: told.processorInformedAt ?? null,
        reportedAt,
        reportedBy: userRef,
        criteria,
      }),
    );
    const awareAt = awarenessOf(instants);
    const breach = { id, party_id: party, nature, reportedAt, told };
    if (awareAt === null) {
      const data = { breachId: id, partyId: party, nature, ...told, reportedAt };
      await tx.append(breachSuspected, { subject: id, data, context });
    } else {
      await becomeAware(tx, breach, { at: awareAt, basis: request.awareBasis ?? basisOf(instants) }, call);
    }
    const scoped = { id, party, phase: 1, occurredTo: instants.occurredTo, criteria };
    const { protocols } = await this.computeScope.execute(tx, scoped, context);
    if (awareAt !== null) await this.decideNotices.execute(tx, { ...breach, phase: 1 }, protocols, context);
  }
}

function basisOf({ awareAt }: BreachInstants): AwarenessBasis {
  return awareAt === null ? 'processorInformed' : 'ownFinding';
}

function toldInstants({ occurredFrom, occurredTo, detectedAt, processorInformedAt }: BreachInstants): ToldInstants {
  return {
    occurredFrom: formatInstant(occurredFrom),
    ...(occurredTo === null ? {} : { occurredTo: formatInstant(occurredTo) }),
    detectedAt: formatInstant(detectedAt),
    ...(processorInformedAt === null ? {} : { processorInformedAt: formatInstant(processorInformedAt) }),
  };
}
