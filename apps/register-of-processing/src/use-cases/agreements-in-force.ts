import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '@convenant/kernel';
import type { ProtocolModel } from '@convenant/protocol';
import { protocolsInForce } from '../db/endings.statements.js';
import type { Agreement } from '../domain/agreement.js';
import { stateAt } from '../domain/protocol-history.js';
import { ProtocolStore } from './protocol-store.js';

/** Which protocol of an agreement is in force: there is never more than one. */
@Injectable()
export class AgreementsInForce {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
  ) {}

  /**
   * The protocol of this agreement that was activated and is not over at `now` (epoch milliseconds), also one that is suspended
   * or whose end lies ahead; null for none.
   * @param except the protocol on whose behalf is asked
   */
  async other(
    { sender, receiver, reference }: Agreement,
    except: string | null,
    now: number,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<string | null> {
    const found: { id: string }[] = await manager.query(protocolsInForce.text, [sender, receiver, reference, except]);
    for (const { id } of found) {
      if (stateAt(await this.store.history(id, manager), now).ended === null) return id;
    }
    return null;
  }

  /**
   * Refuses the activation of a second protocol. Under the lock of the agreement.
   * @throws DomainError CONFLICT
   */
  async assertNoOther(
    agreement: Agreement,
    { id, model }: { id: string; model: ProtocolModel },
    now: number,
    manager: EntityManager,
  ): Promise<void> {
    const other = await this.other(agreement, id, now, manager);
    if (other === null) return;
    throw new DomainError(
      'CONFLICT',
      `Protocol ${other} of the same parties under the reference ${agreement.reference} is in force: amend it, or end it first`,
      { clause: model.entryIntoForce.clause },
    );
  }
}
