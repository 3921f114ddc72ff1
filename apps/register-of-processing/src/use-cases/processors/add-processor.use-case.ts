import { Injectable } from '@nestjs/common';
import { ILike, IsNull } from 'typeorm';
import { DomainError, isEnterpriseNumber, newId, normalEnterpriseNumber, type InputFault } from '@convenant/kernel';
import type { AddProcessorRequest, ProcessorView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { expectedProcessors, isRecorded } from '../../domain/governance/expected-processors.js';
import { Processor } from '../../db/governance.entities.js';
import { ActingOffice } from '../acting-office.js';
import type { CommandCall } from '../command-call.js';
import { GovernanceOptions } from '../governance/governance-options.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { GetProcessors } from './get-processors.use-case.js';
import { assertContractDates, RecordProcessor } from './record-processor.js';

/**
 * A party says which processor it uses for the data of a protocol, with the contract as far as it is concluded. What the
 * contract lacks does not refuse the record: it blocks the processor, for both parties to see.
 *
 * @see GDPR Art. 28
 */
@Injectable()
export class AddProcessor {
  constructor(
    private readonly office: ActingOffice,
    private readonly governed: GovernedProtocol,
    private readonly commands: CommandRunner,
    private readonly recordProcessor: RecordProcessor,
    private readonly getProcessors: GetProcessors,
    private readonly options: GovernanceOptions,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID, IDENTIFIER_INVALID, CONFLICT (it is in use already) */
  async execute(
    protocolId: string,
    request: AddProcessorRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<ProcessorView>> {
    const party = await this.office.party(call);
    const { role } = await this.governed.sides(protocolId, party);
    const { name, enterpriseNumber } = this.identityOf(request);
    const { kind, under, name: _, enterpriseNumber: __, ...particulars } = request;
    assertContractDates(particulars);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, protocolId],
      work: async (tx) => {
        const { model } = await this.governed.text(protocolId, tx.manager, tx.now);
        const inUse = { protocolId, party, endedAt: IsNull() };
        if (under !== undefined && !(await tx.manager.existsBy(Processor, { ...inUse, id: under }))) {
          throw new DomainError('NOT_FOUND', `The party has no processor ${under} in use`);
        }
        if (await tx.manager.existsBy(Processor, { ...inUse, name: ILike(name.replace(/[\\%_]/g, '\\$&')) })) {
          throw new DomainError('CONFLICT', 'The party has a processor of this name in use');
        }
        const expected = expectedProcessors(model, this.options.host).find(
          (one) => one.party === role && isRecorded(one, { kind, name }),
        );
        const record = {
          id,
          protocolId,
          party,
          kind,
          name,
          enterpriseNumber,
          under: under ?? null,
          particulars,
          clause: expected?.clause ?? model.processors.clause,
          addedAt: new Date(tx.now),
          endedAt: null,
        };
        await this.recordProcessor.record(tx, record, 'added', call.context);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getProcessors.one(protocolId, result['id'] as string, party),
    });
  }

  private identityOf({ kind, name, enterpriseNumber, under }: AddProcessorRequest): {
    name: string;
    enterpriseNumber: string | null;
  } {
    const faults: InputFault[] = [];
    const fault = (field: string, detail: string) => faults.push({ in: 'body', name: `/${field}`, detail });
    const { host } = this.options;
    if (kind === 'installation') {
      if (host === null) fault('kind', 'this installation names no body that hosts it');
      if (name !== undefined) fault('name', 'must be absent: it is that of the body that hosts the installation');
    } else if (name === undefined) fault('name', 'is missing');
    if (kind === 'subProcessor' && under === undefined) fault('under', 'is missing: the processor that engages it');
    if (kind !== 'subProcessor' && under !== undefined) fault('under', 'is for a sub-processor');
    if (faults.length > 0) {
      throw new DomainError('INPUT_INVALID', 'The processor does not have the required shape', { faults });
    }
    if (enterpriseNumber !== undefined && !isEnterpriseNumber(enterpriseNumber)) {
      const detail = 'must be an enterprise number (KBO) with fitting check digits';
      throw new DomainError('IDENTIFIER_INVALID', 'The enterprise number has wrong check digits', {
        faults: [{ in: 'body', name: '/enterpriseNumber', detail }],
      });
    }
    if (kind === 'installation') return host!;
    const number = enterpriseNumber === undefined ? null : normalEnterpriseNumber(enterpriseNumber);
    return { name: name!, enterpriseNumber: number };
  }
}
