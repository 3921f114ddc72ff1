import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { processorListAcknowledged, type ProcessorListView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { ProcessorList } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { GetProcessorLists } from './get-processor-lists.use-case.js';

/** The party that was given a list says that it has it. */
@Injectable()
export class AcknowledgeProcessorList {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getLists: GetProcessorLists,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (its own list), CONFLICT (acknowledged before) */
  async execute(protocolId: string, id: string, call: CommandCall): Promise<CommandAnswer<ProcessorListView>> {
    const party = await this.office.partyOrSystem(call);
    const shown = await this.getLists.one(protocolId, id, party);
    if (shown.party === party) throw new DomainError('FORBIDDEN', 'A list is acknowledged by the other party');
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { listVersion, acknowledgedAt } = await tx.manager.findOneByOrFail(ProcessorList, { id });
        if (acknowledgedAt !== null) {
          throw new DomainError(
            'CONFLICT',
            `List ${id} was acknowledged at ${formatInstant(acknowledgedAt.getTime())}`,
          );
        }
        const { version, model } = await this.governed.text(protocolId, tx.manager, tx.now);
        const clause = (model.processors.listExchange ?? model.processors).clause;
        await tx.manager.update(ProcessorList, { id }, { acknowledgedAt: new Date(tx.now) });
        const data = { listId: id, protocolId, version, listVersion, clause, byParty: party };
        await tx.append(processorListAcknowledged, {
          subject: id,
          data: { ...data, acknowledgedAt: formatInstant(tx.now) },
          context: call.context,
          protocolId,
          protocolVersion: version,
          clause,
        });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: () => this.getLists.one(protocolId, id, party),
    });
  }
}
