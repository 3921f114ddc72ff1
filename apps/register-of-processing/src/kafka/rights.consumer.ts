import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { parseInstant } from '@convenant/kernel';
import type {
  barrierApplied,
  consentWithdrawn,
  disclosureDelivered,
  disclosureDeliveryUnconfirmed,
  disclosureOnwardRecorded,
  EventData,
  qualityResolved,
  restrictionLifted,
  subjectMappingErased,
  subjectRegistered,
} from '@convenant/contracts';
import { Projects, Reacts, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { CorrectedReportFact, SubjectFact, WithdrawnConsentFact } from '../db/rights-facts.entity.js';
import { RightsRequest } from '../db/rights-request.entity.js';
import { dutyIdOf } from '../domain/duty-id.js';
import { BeginInformationDuty } from '../use-cases/begin-information-duty.use-case.js';
import { NoteOnwardDisclosure } from '../use-cases/note-onward-disclosure.use-case.js';
import { RecordRightEnforced } from '../use-cases/record-right-enforced.use-case.js';

type Delivered = EventData<typeof disclosureDelivered>;
type Unconfirmed = EventData<typeof disclosureDeliveryUnconfirmed>;
type PassedOn = EventData<typeof disclosureOnwardRecorded>;
type Applied = EventData<typeof barrierApplied>;

/** Barriers of other causes are passed over. */
function isOfARight({ cause }: Applied): boolean {
  return cause.service === 'register' && (cause.kind === 'objection' || cause.kind === 'restriction');
}

const duty = {
  aggregates: (event: ReceivedEvent) => [dutyIdOf((event.data as Delivered | Unconfirmed | PassedOn).disclosureId)],
};

/** What others did that rights of data subjects rest on: replicas, duties to inform, and barriers that stand. */
@Controller()
export class RightsConsumer {
  constructor(
    private readonly beginDuty: BeginInformationDuty,
    private readonly noteOnward: NoteOnwardDisclosure,
    private readonly recordEnforced: RecordRightEnforced,
  ) {}

  @Projects()
  @EventPattern<string>('subject.registered')
  async onSubject(
    @Payload() { data: { subjectRef, protocolId } }: ReceivedEvent<EventData<typeof subjectRegistered>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.manager.upsert(SubjectFact, { subjectRef, protocolId }, ['subjectRef']);
  }

  @Projects()
  @EventPattern<string>('subject.mapping.erased')
  async onMappingErased(
    @Payload() { data: { subjectRef, erasedAt } }: ReceivedEvent<EventData<typeof subjectMappingErased>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.manager.update(SubjectFact, { subjectRef }, { mappingErasedAt: new Date(parseInstant(erasedAt)) });
  }

  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async onWithdrawn(
    @Payload() { data: { consentId, subjectRef } }: ReceivedEvent<EventData<typeof consentWithdrawn>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.manager.upsert(WithdrawnConsentFact, { consentId, subjectRef }, ['consentId']);
  }

  @Projects()
  @EventPattern<string>('quality.resolved')
  async onResolved(
    @Payload() { data }: ReceivedEvent<EventData<typeof qualityResolved>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { reportId, protocolId, subjectRef, measure } = data;
    if (measure === 'rejected') return;
    await tx.manager.upsert(CorrectedReportFact, { reportId, protocolId, subjectRef }, ['reportId']);
  }

  @Projects()
  @EventPattern<string>('restriction.lifted')
  async onLifted(
    @Payload() { data: { restrictionId, liftedAt } }: ReceivedEvent<EventData<typeof restrictionLifted>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.manager.update(RightsRequest, { restrictionId }, { liftedAt: new Date(parseInstant(liftedAt)) });
  }

  @Reacts({ reaction: 'informationDuty', ...duty })
  @EventPattern<string>('disclosure.delivered')
  async onDelivered(
    @Payload() { data: { disclosureId, deliveredAt } }: ReceivedEvent<Delivered>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await this.beginDuty.execute(tx, disclosureId, parseInstant(deliveredAt));
  }

  /** It may have arrived: the person is informed rather once too often. */
  @Reacts({ reaction: 'informationDutyOfUnconfirmed', ...duty })
  @EventPattern<string>('disclosure.delivery.unconfirmed')
  async onUnconfirmed(
    @Payload() { data: { disclosureId, closedAt } }: ReceivedEvent<Unconfirmed>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await this.beginDuty.execute(tx, disclosureId, parseInstant(closedAt));
  }

  @Reacts({ reaction: 'onwardDisclosure', ...duty })
  @EventPattern<string>('disclosure.onward.recorded')
  async onPassedOn(
    @Payload() { data: { disclosureId, disclosedAt } }: ReceivedEvent<PassedOn>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    await this.noteOnward.execute(tx, disclosureId, parseInstant(disclosedAt), command);
  }

  @Reacts({
    reaction: 'rightEnforced',
    aggregates: (event) => {
      const data = event.data as Applied;
      return isOfARight(data) ? [data.cause.subject] : [];
    },
  })
  @EventPattern<string>('barrier.applied')
  async onBarrierApplied(
    @Payload() { data }: ReceivedEvent<Applied>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    if (isOfARight(data)) await this.recordEnforced.execute(tx, data, command);
  }
}
