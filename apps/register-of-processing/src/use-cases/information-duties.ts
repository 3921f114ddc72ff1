import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, type EntityManager } from 'typeorm';
import { DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { InformationDutiesQuery, InformationDutiesView, InformationDutyView } from '@convenant/contracts';
import { CLOCK, InboxVersions } from '@convenant/messaging';
import { isInformedLate } from '@convenant/protocol';
import { InformationDuty } from '../db/information-duty.entity.js';

const DEFAULT_PAGE = 50;
/** How long a question waits for a delivery that its caller has just seen, in real milliseconds. */
const PATIENCE_MS = 2_000;
/** `aggregateversion` of a disclosure that has been authorised and has arrived. */
const ARRIVED_VERSION = 2;

/** Duties to inform persons (Art. 14), for the receiving party: for everybody else, the sender too, there are none. */
@Injectable()
export class InformationDuties {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: InboxVersions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async one(
    id: string,
    party: string | null,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<InformationDuty> {
    const duty = party === null ? null : await manager.findOneBy(InformationDuty, { id, party });
    if (duty === null) throw new DomainError('NOT_FOUND', `There is no information duty ${id}`);
    return duty;
  }

  /**
   * The duty while it is open, for a step on it.
   * @throws DomainError NOT_FOUND, CONFLICT (informed or exempted before)
   */
  async open(id: string, party: string | null, manager: EntityManager): Promise<InformationDuty> {
    const duty = await this.one(id, party, manager);
    if (duty.state === 'open') return duty;
    throw new DomainError('CONFLICT', `Information duty ${id} is ${duty.state}`);
  }

  async view(id: string, party: string | null): Promise<InformationDutyView> {
    return viewOf(await this.one(id, party), this.clock.now());
  }

  /** The earliest due first. */
  async list(
    party: string | null,
    { state, disclosureId, limit = DEFAULT_PAGE }: InformationDutiesQuery,
  ): Promise<InformationDutiesView> {
    if (party === null) return { items: [] };
    if (disclosureId !== undefined) await this.versions.waitFor(disclosureId, ARRIVED_VERSION, PATIENCE_MS);
    const now = this.clock.now();
    const found = await this.dataSource.getRepository(InformationDuty).find({
      where: {
        party,
        ...(state === undefined ? {} : { state: 'open' as const }),
        ...(state === 'overdue' ? { dueAt: LessThanOrEqual(new Date(now)) } : {}),
        ...(disclosureId === undefined ? {} : { disclosureId }),
      },
      order: { dueAt: 'ASC', id: 'ASC' },
      take: limit,
    });
    return { items: found.map((duty) => viewOf(duty, now)) };
  }
}

/** The ids that every event of a duty carries. */
export function dutyIds({ id, disclosureId, protocolId, subjectRef, party, obtainedAt }: InformationDuty) {
  const ids = { dutyId: id, disclosureId, protocolId, subjectRef, party };
  return { ...ids, obtainedAt: formatInstant(obtainedAt.getTime()) };
}

/** Whether what is done at `at` comes too late. */
export function isLateFor({ dueAt, dueBecause }: InformationDuty, at: number): boolean {
  return isInformedLate({ dueAt: dueAt.getTime(), because: dueBecause }, at);
}

function viewOf(duty: InformationDuty, now: number): InformationDutyView {
  const { id, disclosureId, protocolId, subjectRef, state, dueBecause } = duty;
  const { means, noticeVersion, informedAt, exemption, basis, late } = duty;
  return {
    id,
    disclosureId,
    protocolId,
    subjectRef,
    state,
    obtainedAt: formatInstant(duty.obtainedAt.getTime()),
    dueAt: formatInstant(duty.dueAt.getTime()),
    dueBecause,
    overdue: state === 'open' && isLateFor(duty, now),
    ...(means === null ? {} : { means, informedAt: formatInstant(informedAt!.getTime()) }),
    ...(noticeVersion === null ? {} : { noticeVersion }),
    ...(exemption === null ? {} : { exemption, basis: basis! }),
    ...(late === null ? {} : { late }),
  };
}
