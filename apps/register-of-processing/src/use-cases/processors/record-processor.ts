import { Injectable } from '@nestjs/common';
import { dateOf, DomainError, formatInstant, isDate } from '@convenant/kernel';
import { processorAdded, processorBlocked, processorChanged } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import {
  processorReasons,
  type ProcessorParticulars,
  type ProcessorReasons,
} from '../../domain/governance/processor-standing.js';
import { Processor } from '../../db/governance.entities.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { GetProcessors } from './get-processors.use-case.js';
import { processorData } from './processor-data.js';

/** Writes a processor as it is from now on, and tells it: added or changed, and blocked when it may not be used. */
@Injectable()
export class RecordProcessor {
  constructor(
    private readonly governed: GovernedProtocol,
    private readonly getProcessors: GetProcessors,
  ) {}

  /** @param change what happened to it; under the locks of the processor and the protocol */
  async record(
    tx: WriteTransaction,
    processor: Omit<Processor, 'blocked'>,
    change: 'added' | 'changed' | 'ended',
    context: CommandContext,
  ): Promise<void> {
    const { id, protocolId, party, clause } = processor;
    const { version } = await this.governed.text(protocolId, tx.manager, tx.now);
    const reasons = change === 'ended' ? [] : await this.reasonsOf(tx, processor);
    const blocked = reasons.length > 0;
    await tx.manager.save(Processor, { ...processor, blocked });
    const quoted = clause === null ? {} : { clause };
    const envelope = { subject: id, context, protocolId, protocolVersion: version, ...quoted };
    const about = processorData(processor, version);
    const at = formatInstant(tx.now);
    if (change === 'added') {
      const state = blocked ? 'blocked' : 'allowed';
      await tx.append(processorAdded, { ...envelope, data: { ...about, state, addedAt: at } });
    } else {
      const state = change === 'ended' ? 'ended' : blocked ? 'blocked' : 'allowed';
      await tx.append(processorChanged, { ...envelope, data: { ...about, state, changedAt: at } });
    }
    if (blocked) {
      const data = { processorId: id, protocolId, version, party, reasons, ...quoted, blockedAt: at };
      await tx.append(processorBlocked, { ...envelope, data });
    }
    await this.governed.lookAgain(tx, protocolId);
  }

  private async reasonsOf(tx: WriteTransaction, processor: Omit<Processor, 'blocked'>): Promise<ProcessorReasons> {
    const { id, protocolId, party } = processor;
    const others = (await this.getProcessors.used(protocolId, party, tx.manager)).filter((one) => one.id !== id);
    return processorReasons(processor, [...others, processor], dateOf(tx.now));
  }
}

/** @throws DomainError INPUT_INVALID for dates that do not exist or lie the wrong way round */
export function assertContractDates({ contract }: ProcessorParticulars): void {
  if (contract === undefined) return;
  const { concludedOn, endsOn } = contract;
  const fault = (name: string, detail: string) =>
    new DomainError('INPUT_INVALID', 'The contract does not have the required shape', {
      faults: [{ in: 'body', name: `/contract/${name}`, detail }],
    });
  if (!isDate(concludedOn)) throw fault('concludedOn', 'must be an existing date YYYY-MM-DD');
  if (endsOn === undefined) return;
  if (!isDate(endsOn)) throw fault('endsOn', 'must be an existing date YYYY-MM-DD');
  if (endsOn < concludedOn) throw fault('endsOn', 'must not lie before /contract/concludedOn');
}
