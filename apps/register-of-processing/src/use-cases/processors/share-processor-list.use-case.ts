import { Injectable } from '@nestjs/common';
import { dateOf, formatInstant, newId } from '@convenant/kernel';
import { processorListShared, type ProcessorListView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { listedProcessors } from '../../domain/governance/listed-processors.js';
import { ProcessorList } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { canonicalHash } from '../hash-of-data.js';
import { GetProcessorLists } from './get-processor-lists.use-case.js';
import { GetProcessors } from './get-processors.use-case.js';

/** A party gives the other one its list of processors, as it is registered at this moment. An empty list says: none. */
@Injectable()
export class ShareProcessorList {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly getProcessors: GetProcessors,
    private readonly getLists: GetProcessorLists,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, TRANSITION_ILLEGAL (never in force) */
  async execute(protocolId: string, call: CommandCall): Promise<CommandAnswer<ProcessorListView>> {
    const party = await this.office.partyOrSystem(call);
    await this.governed.sides(protocolId, party);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { version, model } = await this.governed.inForce(protocolId, tx);
        const used = await this.getProcessors.used(protocolId, party, tx.manager);
        const processors = listedProcessors(used, dateOf(tx.now));
        const listHash = canonicalHash(processors);
        const listVersion = 1 + (await tx.manager.countBy(ProcessorList, { protocolId, party }));
        const clause = (model.processors.listExchange ?? model.processors).clause;
        const list = { id, protocolId, party, listVersion, processors, listHash };
        await tx.manager.insert(ProcessorList, { ...list, sharedAt: new Date(tx.now), acknowledgedAt: null });
        await tx.append(processorListShared, {
          subject: id,
          data: {
            listId: id,
            protocolId,
            version,
            listVersion,
            clause,
            byParty: party,
            processors,
            listHash,
            sharedAt: formatInstant(tx.now),
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          clause,
        });
        await this.governed.lookAgain(tx, protocolId);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getLists.one(protocolId, result['id'] as string, party),
    });
  }
}
