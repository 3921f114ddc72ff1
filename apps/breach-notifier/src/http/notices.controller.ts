import { Body, Controller, Param } from '@nestjs/common';
import {
  AcknowledgeNoticeRequest,
  BreachNoticePage,
  BreachNoticeView,
  BreachPageQuery,
  CloseConsultationRequest,
  ConsultationView,
  DecideConsultationRequest,
  ImprovementView,
  OpenConsultationRequest,
  ShareImprovementRequest,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  QueryParams,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Role,
} from '@convenant/platform';
import { AcknowledgeNotice } from '../use-cases/acknowledge-notice.use-case.js';
import { CloseConsultation } from '../use-cases/close-consultation.use-case.js';
import { commandCall, partyOf } from '../use-cases/command-call.js';
import { DecideConsultation } from '../use-cases/decide-consultation.use-case.js';
import { GetConsultation } from '../use-cases/get-consultation.use-case.js';
import { NoticeViews } from '../use-cases/notice-views.js';
import { OpenConsultation } from '../use-cases/open-consultation.use-case.js';
import { ShareImprovement } from '../use-cases/share-improvement.use-case.js';

const readers: { roles: readonly Role[] } = { roles: ['dpo', 'ops'] };
const officer: { roles: readonly Role[] } = { roles: ['dpo'] };

/** What stands between the two parties of a protocol: notices, consultations, shared improvements. */
@Controller()
export class NoticesController {
  constructor(
    private readonly notices: NoticeViews,
    private readonly acknowledgeNotice: AcknowledgeNotice,
    private readonly openConsultation: OpenConsultation,
    private readonly decideConsultation: DecideConsultation,
    private readonly closeConsultation: CloseConsultation,
    private readonly getConsultation: GetConsultation,
    private readonly shareImprovement: ShareImprovement,
  ) {}

  @Query({
    path: 'notices',
    needs: readers,
    query: BreachPageQuery,
    answer: BreachNoticePage,
    summary: 'Notices that your party sent or got',
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() query: BreachPageQuery): Promise<BreachNoticePage> {
    return this.notices.list(partyOf(caller), query);
  }

  @Query({
    path: 'notices/:id',
    needs: readers,
    answer: BreachNoticeView,
    summary: 'A notice of a breach',
  })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<BreachNoticeView> {
    return this.notices.get(id, partyOf(caller));
  }

  @Command({
    path: 'notices/:id/acknowledgements',
    needs: officer,
    body: AcknowledgeNoticeRequest,
    answer: BreachNoticeView,
    summary: 'Acknowledge that your party received the notice',
  })
  acknowledgement(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachNoticeView>> {
    return this.acknowledgeNotice.execute(id, body as AcknowledgeNoticeRequest, commandCall(caller, info));
  }

  @Command({
    path: 'notices/:id/consultations',
    needs: officer,
    body: OpenConsultationRequest,
    answer: ConsultationView,
    summary: 'Open the joint consultation',
  })
  consultation(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ConsultationView>> {
    return this.openConsultation.execute(id, body as OpenConsultationRequest, commandCall(caller, info));
  }

  @Query({
    path: 'consultations/:id',
    needs: readers,
    answer: ConsultationView,
    summary: 'A consultation with its decisions',
  })
  oneConsultation(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ConsultationView> {
    return this.getConsultation.execute(id, partyOf(caller));
  }

  @Command({
    path: 'consultations/:id/decisions',
    needs: officer,
    body: DecideConsultationRequest,
    answer: ConsultationView,
    summary: 'Record a decision of the consultation',
  })
  decision(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ConsultationView>> {
    return this.decideConsultation.execute(id, body as DecideConsultationRequest, commandCall(caller, info));
  }

  @Command({
    path: 'consultations/:id/closings',
    needs: officer,
    body: CloseConsultationRequest,
    answer: ConsultationView,
    summary: 'Close the consultation',
  })
  closing(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ConsultationView>> {
    return this.closeConsultation.execute(id, body as CloseConsultationRequest, commandCall(caller, info));
  }

  @Command({
    path: 'notices/:id/improvements',
    needs: officer,
    body: ShareImprovementRequest,
    answer: ImprovementView,
    summary: 'Share what helps the other party to improve security',
  })
  improvement(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ImprovementView>> {
    return this.shareImprovement.execute(id, body as ShareImprovementRequest, commandCall(caller, info));
  }

  @Query({
    path: 'improvements/:id',
    needs: readers,
    answer: ImprovementView,
    summary: 'What a party shared',
  })
  oneImprovement(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ImprovementView> {
    return this.shareImprovement.get(id, partyOf(caller));
  }
}
