import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { dateOf, DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { ProcessorsView, ProcessorView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { expectedProcessors, isRecorded } from '../../domain/governance/expected-processors.js';
import { processorReasons } from '../../domain/governance/processor-standing.js';
import { Processor } from '../../db/governance.entities.js';
import { GovernanceOptions } from '../governance/governance-options.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';

/** The processors of both parties of a protocol, as they stand today. */
@Injectable()
export class GetProcessors {
  constructor(
    private readonly dataSource: DataSource,
    private readonly governed: GovernedProtocol,
    private readonly options: GovernanceOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a processor under another protocol */
  async one(protocolId: string, id: string, party: string | null): Promise<ProcessorView> {
    const found = (await this.all(protocolId, party)).items.find((processor) => processor.id === id);
    if (found === undefined) throw new DomainError('NOT_FOUND', `There is no processor ${id}`);
    return found;
  }

  /** Those in use first. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<ProcessorsView> {
    const { parties } = await this.governed.sides(protocolId, party);
    const { model } = await this.governed.text(protocolId);
    const order = { endedAt: { direction: 'ASC', nulls: 'FIRST' }, id: 'ASC' } as const;
    const kept = await this.dataSource.getRepository(Processor).find({ where: { protocolId }, order });
    const used = kept.filter(({ endedAt }) => endedAt === null);
    const expected = expectedProcessors(model, this.options.host)
      .filter((one) => !used.some((record) => record.party === parties[one.party] && isRecorded(one, record)))
      .map(({ party: role, name, kind, clause }) => ({
        party: parties[role],
        name,
        kind,
        ...(clause === null ? {} : { clause }),
      }));
    return { items: kept.map((processor) => this.viewOf(processor, used)), expected };
  }

  /** Of one party, those in use; the base of its list. */
  used(protocolId: string, party: string, manager = this.dataSource.manager): Promise<Processor[]> {
    return manager.find(Processor, { where: { protocolId, party, endedAt: IsNull() }, order: { id: 'ASC' } });
  }

  private viewOf(processor: Processor, used: readonly Processor[]): ProcessorView {
    const { id, protocolId, party, kind, name, enterpriseNumber, under, particulars, clause } = processor;
    const { addedAt, endedAt } = processor;
    const own = used.filter((one) => one.party === party);
    const reasons = endedAt === null ? processorReasons(processor, own, dateOf(this.clock.now())) : [];
    return {
      id,
      protocolId,
      party,
      kind,
      name,
      ...(enterpriseNumber === null ? {} : { enterpriseNumber }),
      ...(under === null ? {} : { under }),
      ...particulars,
      ...(clause === null ? {} : { clause }),
      state: endedAt !== null ? 'ended' : reasons.length > 0 ? 'blocked' : 'allowed',
      reasons,
      addedAt: formatInstant(addedAt.getTime()),
      ...(endedAt === null ? {} : { endedAt: formatInstant(endedAt.getTime()) }),
    };
  }
}
