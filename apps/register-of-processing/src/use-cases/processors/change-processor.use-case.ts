import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { DomainError } from '@convenant/kernel';
import type { ChangeProcessorRequest, ProcessorView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Processor } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GetProcessors } from './get-processors.use-case.js';
import { assertContractDates, RecordProcessor } from './record-processor.js';

/** Renews or completes the record of a processor, or ends its use. Only for the party that uses it. */
@Injectable()
export class ChangeProcessor {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly recordProcessor: RecordProcessor,
    private readonly getProcessors: GetProcessors,
  ) {}

  /**
   * @param change the record as it reads from now on; null when the party no longer uses the processor
   * @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID, CONFLICT (no longer in use, or others work under it)
   */
  async execute(
    { protocolId, id }: { protocolId: string; id: string },
    change: ChangeProcessorRequest | null,
    call: CommandCall,
  ): Promise<CommandAnswer<ProcessorView>> {
    const party = await this.office.party(call);
    const shown = await this.getProcessors.one(protocolId, id, party);
    if (shown.party !== party) throw new DomainError('FORBIDDEN', 'This is for the party that uses the processor');
    if (change !== null) assertContractDates(change);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const processor = await tx.manager.findOneByOrFail(Processor, { id });
        if (processor.endedAt !== null) throw new DomainError('CONFLICT', `Processor ${id} is no longer in use`);
        if (change === null && (await tx.manager.existsBy(Processor, { under: id, endedAt: IsNull() }))) {
          throw new DomainError('CONFLICT', `Other processors work under processor ${id}`);
        }
        const next =
          change === null ? { ...processor, endedAt: new Date(tx.now) } : { ...processor, particulars: change };
        await this.recordProcessor.record(tx, next, change === null ? 'ended' : 'changed', call.context);
        return { status: 201, result: { id } };
      },
      answer: () => this.getProcessors.one(protocolId, id, party),
    });
  }
}
