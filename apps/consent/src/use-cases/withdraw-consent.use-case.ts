import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { consentWithdrawn, type WithdrawalView, type WithdrawConsentRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Consent } from '../db/consent.entity.js';
import { SubjectFact } from '../db/subject-fact.entity.js';
import { insertWithdrawal, markWithdrawn, openConsents, type OpenConsent } from '../db/withdrawals.statements.js';
import type { CommandCall } from './command-call.js';
import { GetWithdrawal } from './get-withdrawal.use-case.js';
import { KnownFacts, notFound, versionInForce } from './known-facts.js';

/** What is withdrawn: one consent, or every open one of a person under a protocol. */
interface Target {
  readonly subjectRef: string;
  readonly protocolId: string;
  readonly consentId: string | null;
}

/** A consent was added between reading the open ones and locking them. */
class OpenConsentsChanged extends Error {}

const ATTEMPTS = 10;

/**
 * Withdraws one consent, or all that a person has not withdrawn yet, in one transaction: one call, like giving. Answered
 * *enforcing*; it is *enforced* once transfer has said for each of them that nothing flows any more.
 *
 * Which consents are open is read before the locks are taken, and again under them. t0 read {a}; t1 another request records
 * b; t2 lock the person and a; t3 read {a, b}: b is not locked, so this attempt is dropped and made anew. Recording a
 * consent takes the person's lock as well, so what is read at t3 cannot change any more.
 *
 * It works for a protocol that has ended and for one that cannot be read at the moment: nothing may stand in its way.
 *
 * @see GDPR Art. 7(3)
 */
@Injectable()
export class WithdrawConsent {
  constructor(
    private readonly dataSource: DataSource,
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getWithdrawal: GetWithdrawal,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (nothing to withdraw), UNAVAILABLE (consents kept being added) */
  async execute(request: WithdrawConsentRequest, call: CommandCall): Promise<CommandAnswer<WithdrawalView>> {
    const target = await this.targetOf(request, call.party);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const open: OpenConsent[] = await this.dataSource.query(openConsents.text, parametersOf(target));
      const locked = new Set([target.subjectRef, ...open.map(({ id }) => id)]);
      try {
        return await this.commands.run({
          ...call.idempotency,
          aggregates: [...locked],
          work: async (tx) => {
            const id = newId();
            await this.withdraw(tx, id, target, request.method, locked, call);
            return { status: 201, result: { id } };
          },
          answer: (result) => this.getWithdrawal.execute(result['id'] as string, call.party),
        });
      } catch (error) {
        if (!(error instanceof OpenConsentsChanged)) throw error;
      }
    }
    throw new DomainError('UNAVAILABLE', `Consents of subject ${target.subjectRef} keep being added; try again`);
  }

  private async targetOf(request: WithdrawConsentRequest, party: string): Promise<Target> {
    const { manager } = this.dataSource;
    const target =
      'consentId' in request
        ? await manager.findOneBy(Consent, { id: request.consentId })
        : await manager.findOneBy(SubjectFact, { subjectRef: request.subjectRef, protocolId: request.protocolId });
    if (target === null || !(await this.facts.isSender(target.protocolId, party))) {
      throw 'consentId' in request ? notFound('consent', request.consentId) : notFound('subject', request.subjectRef);
    }
    const consentId = target instanceof Consent ? target.id : null;
    return { subjectRef: target.subjectRef, protocolId: target.protocolId, consentId };
  }

  private async withdraw(
    tx: WriteTransaction,
    id: string,
    target: Target,
    method: string | undefined,
    locked: ReadonlySet<string>,
    { context, userRef }: CommandCall,
  ): Promise<void> {
    const { subjectRef, protocolId } = target;
    const open = await tx.query<OpenConsent>({ ...openConsents, values: parametersOf(target) });
    if (open.length === 0) {
      throw new DomainError(
        'CONFLICT',
        `There is no consent to withdraw: none is open of ${target.consentId ?? subjectRef}`,
      );
    }
    if (open.some((consent) => !locked.has(consent.id))) throw new OpenConsentsChanged();

    const withdrawnAt = formatInstant(tx.now);
    const { version: protocolVersion } = (await versionInForce(tx.manager, protocolId, tx.now))!;
    await tx.query({ ...insertWithdrawal, values: [id, protocolId, subjectRef, withdrawnAt, userRef] });
    const versions: number[] = [];
    for (const consent of open) {
      const event = await tx.append(consentWithdrawn, {
        subject: consent.id,
        data: {
          consentId: consent.id,
          subjectRef,
          protocolId,
          withdrawalId: id,
          method: method ?? consent.method,
          withdrawnAt,
          clause: consent.clause,
        },
        context,
        protocolId,
        protocolVersion,
        clause: consent.clause,
      });
      versions.push(event.aggregateVersion);
    }
    const ids = open.map((consent) => consent.id);
    const methods = open.map((consent) => method ?? consent.method);
    await tx.query({ ...markWithdrawn, values: [id, ids, methods, versions] });
  }
}

function parametersOf({ subjectRef, protocolId, consentId }: Target): unknown[] {
  return [subjectRef, protocolId, consentId];
}
