import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dateOf, DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { ProcessorListsView, ProcessorListView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { listedProcessors } from '../../domain/governance/listed-processors.js';
import { ProcessorList } from '../../db/governance.entities.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';
import { canonicalHash } from '../hash-of-data.js';
import { GetProcessors } from './get-processors.use-case.js';

/** Most lists that one answer shows. */
const SHOWN = 100;

/** The lists of processors that the parties of a protocol have shared. */
@Injectable()
export class GetProcessorLists {
  constructor(
    private readonly dataSource: DataSource,
    private readonly governed: GovernedProtocol,
    private readonly getProcessors: GetProcessors,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a list under another protocol */
  async one(protocolId: string, id: string, party: string | null): Promise<ProcessorListView> {
    await this.governed.sides(protocolId, party);
    const list = await this.dataSource.getRepository(ProcessorList).findOneBy({ id, protocolId });
    if (list === null) throw new DomainError('NOT_FOUND', `There is no list ${id}`);
    return this.viewOf(list);
  }

  /** Newest first. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<ProcessorListsView> {
    await this.governed.sides(protocolId, party);
    const order = { sharedAt: 'DESC', id: 'DESC' } as const;
    const lists = await this.dataSource
      .getRepository(ProcessorList)
      .find({ where: { protocolId }, order, take: SHOWN });
    return { items: await Promise.all(lists.map((list) => this.viewOf(list))) };
  }

  private async viewOf(list: ProcessorList): Promise<ProcessorListView> {
    const { id, protocolId, party, listVersion, processors, listHash, sharedAt, acknowledgedAt } = list;
    const now = listedProcessors(await this.getProcessors.used(protocolId, party), dateOf(this.clock.now()));
    const later = { protocolId, party, listVersion: listVersion + 1 };
    return {
      id,
      protocolId,
      party,
      listVersion,
      processors,
      listHash,
      sharedAt: formatInstant(sharedAt.getTime()),
      ...(acknowledgedAt === null ? {} : { acknowledgedAt: formatInstant(acknowledgedAt.getTime()) }),
      current: canonicalHash(now) === listHash && !(await this.dataSource.getRepository(ProcessorList).existsBy(later)),
    };
  }
}
