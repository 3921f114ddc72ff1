import { Body, Controller, Param } from '@nestjs/common';
import {
  ConsentView,
  NoticeView,
  ProvideNoticeRequest,
  RecordConsentRequest,
  WithdrawalView,
  WithdrawConsentRequest,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Role,
} from '@convenant/platform';
import { commandCall, partyOf } from '../use-cases/command-call.js';
import { GetConsent } from '../use-cases/get-consent.use-case.js';
import { GetWithdrawal } from '../use-cases/get-withdrawal.use-case.js';
import { ProvideNotice } from '../use-cases/provide-notice.use-case.js';
import { RecordConsent } from '../use-cases/record-consent.use-case.js';
import { WithdrawConsent } from '../use-cases/withdraw-consent.use-case.js';

const writers: { roles: readonly Role[] } = { roles: ['agency', 'agency-user'] };
const readers: { roles: readonly Role[] } = { roles: ['agency', 'agency-user', 'dpo'] };

/** Notices, consents and withdrawals of the persons whom the caller's party meets. */
@Controller()
export class ConsentController {
  constructor(
    private readonly provideNotice: ProvideNotice,
    private readonly recordConsent: RecordConsent,
    private readonly withdrawConsent: WithdrawConsent,
    private readonly getConsent: GetConsent,
    private readonly getWithdrawal: GetWithdrawal,
  ) {}

  @Command({
    path: 'notices',
    needs: writers,
    body: ProvideNoticeRequest,
    answer: NoticeView,
    summary: 'Record what a person was told before being asked for consent',
  })
  notice(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<NoticeView>> {
    return this.provideNotice.execute(body as ProvideNoticeRequest, commandCall(caller, info));
  }

  @Command({
    path: 'consents',
    needs: writers,
    body: RecordConsentRequest,
    answer: ConsentView,
    summary: 'Record that a person consented to one referral, or refused it',
  })
  consent(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ConsentView>> {
    return this.recordConsent.execute(body as RecordConsentRequest, commandCall(caller, info));
  }

  @Query({
    path: 'consents/:id',
    needs: readers,
    answer: ConsentView,
    summary: 'A consent with its ISO/IEC TS 27560 record',
  })
  oneConsent(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ConsentView> {
    return this.getConsent.execute(id, partyOf(caller));
  }

  @Command({
    path: 'withdrawals',
    needs: writers,
    body: WithdrawConsentRequest,
    answer: WithdrawalView,
    summary: 'Withdraw one consent, or every open consent of a person under a protocol',
  })
  withdrawal(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<WithdrawalView>> {
    return this.withdrawConsent.execute(body as WithdrawConsentRequest, commandCall(caller, info));
  }

  @Query({
    path: 'withdrawals/:id',
    needs: readers,
    answer: WithdrawalView,
    summary: 'How far a withdrawal is enforced, and how long it took',
  })
  oneWithdrawal(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<WithdrawalView> {
    return this.getWithdrawal.execute(id, partyOf(caller));
  }
}
