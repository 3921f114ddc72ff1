import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '@convenant/kernel';
import type { ReconciliationView } from '@convenant/contracts';
import type { PartyRole } from '@convenant/protocol';
import { RegisterEntry } from '../../db/register-entry.entity.js';
import type { PartyIds } from '../../domain/protocol-history.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { ProtocolStore } from '../protocol-store.js';

/** The entries of both parties beside each other, for either of them. */
@Injectable()
export class GetReconciliation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    private readonly office: ActingOffice,
  ) {}

  /** @throws DomainError NOT_FOUND (also for a protocol of others, or without entries yet), FORBIDDEN */
  async execute(
    protocolId: string,
    caller: Pick<CommandCall, 'party' | 'roles' | 'userRef'>,
  ): Promise<ReconciliationView> {
    const parties = await this.store.partiesFor(protocolId, caller.party);
    await this.office.reader(caller);
    return this.of(protocolId, parties);
  }

  /** @throws DomainError NOT_FOUND */
  async of(protocolId: string, parties: PartyIds): Promise<ReconciliationView> {
    const rows = await this.dataSource.getRepository(RegisterEntry).findBy({ protocolId });
    const own = (role: PartyRole) => rows.find(({ party, processor }) => party === parties[role] && processor === null);
    const [sender, receiver] = [own('sender'), own('receiver')];
    if (sender === undefined || receiver === undefined) {
      throw new DomainError('NOT_FOUND', `The register has no entries of protocol ${protocolId} yet`);
    }
    const side = ({ party, id: entryId, version, content: { declared } }: RegisterEntry) => {
      return { party, entryId, version, ...(declared === undefined ? {} : { declared }) };
    };
    const { mismatches } = sender;
    return {
      protocolId,
      state: mismatches.length === 0 ? 'reconciled' : 'mismatched',
      sender: side(sender),
      receiver: side(receiver),
      mismatches,
    };
  }
}
