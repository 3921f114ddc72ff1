import { Inject, Injectable } from '@nestjs/common';
import type { LookUpView } from '@convenant/contracts';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../../db/database.js';
import { type DisclosureRow, selectDisclosure } from '../../db/disclosure.statements.js';
import { type ItemOrigin, type LookUpRow, selectLookUp, selectOrigins } from '../../db/look-up.statements.js';
import type { LookUpLease } from '../../domain/look-up-lease.js';
import { notFound } from '../../domain/protocol-access.js';
import { answerOf } from '../../domain/verdict.js';
import { DisclosureVault } from '../../vault/disclosure-vault.js';
import { LookUpStop } from './look-up-stop.js';

/** Builds the answer of look-ups from what is kept, the first time and at each repeat, for the user who asked. */
@Injectable()
export class AnswerLookUp {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(LookUpStop) private readonly stop: LookUpStop,
  ) {}

  /**
   * Another user of the same system who repeats a command gets nothing of it.
   * @throws DomainError NOT_FOUND
   */
  async assertOwn(caller: CallerIdentity, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const [lookUp] = await this.database.query<LookUpRow>(selectLookUp(id));
      if (lookUp?.user_ref !== caller.userRef) throw notFound('Disclosure', id);
    }
  }

  /**
   * @throws DomainError FORBIDDEN (the user may not look up any more), ANSWER_ERASED (values of it are gone), UNAVAILABLE
   *   (out of time: the same key gives it again)
   */
  async view(caller: CallerIdentity, ids: readonly string[], lease: LookUpLease): Promise<LookUpView> {
    const answers: LookUpView['answers'] = [];
    for (const id of ids) answers.push(await this.one(caller, id));
    if (lease.isOver) throw new DomainError('UNAVAILABLE', 'The answer took too long: ask again with the same key');
    return { answers };
  }

  private async one(caller: CallerIdentity, id: string): Promise<LookUpView['answers'][number]> {
    const [row] = (await this.database.query<DisclosureRow>(selectDisclosure(id))) as [DisclosureRow];
    const { verdict, code, clause, state, failure, route_id: route, receipt, transfer_controller: controller } = row;
    const stored = { verdict, ...(code ? { code } : null), ...(clause ? { clause } : null) };
    const decided = { id, ...answerOf(stored), subjectRef: row.subject_ref };
    if (state === 'refused') return { ...decided, state };
    if (state === 'failed') return { ...decided, state, failure: failure!, route: route! };
    const [lookUp] = (await this.database.query<LookUpRow>(selectLookUp(id))) as [LookUpRow];
    if (!(await this.stop.isAuthorized(this.database, lookUp))) {
      throw new DomainError('FORBIDDEN', `The authorisation of ${caller.userRef} does not stand any more`);
    }
    const kept = await this.vault.values(this.database, id);
    if (!kept) throw new DomainError('ANSWER_ERASED', `The values of disclosure ${id} have been erased`);
    const origins = await this.database.query<ItemOrigin>(selectOrigins(id));
    return {
      ...decided,
      state: 'delivered',
      items: kept.values.map(({ item, fields }) => {
        const { source, version } = origins.find((origin) => origin.item === item)!;
        return { item, fields: { ...fields }, source, version };
      }),
      generation: kept.generation,
      route: route!,
      ...(receipt ? { receipt } : null),
      controllerOfTransfer: controller!,
      deliveredAt: formatInstant(row.delivered_at!.getTime()),
    };
  }
}
