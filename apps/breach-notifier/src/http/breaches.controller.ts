import { Body, Controller, Param } from '@nestjs/common';
import {
  AffectedDisclosurePage,
  AffectedSubjectPage,
  AssessBreachRequest,
  BreachPage,
  BreachPageQuery,
  BreachView,
  CloseBreachRequest,
  DismissBreachRequest,
  RecomputeScopeRequest,
  RecordAwarenessRequest,
  ReportBreachRequest,
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
import { AssessBreach } from '../use-cases/assess-breach.use-case.js';
import { CloseBreach } from '../use-cases/close-breach.use-case.js';
import { commandCall, partyOf } from '../use-cases/command-call.js';
import { DismissBreach } from '../use-cases/dismiss-breach.use-case.js';
import { GetBreach } from '../use-cases/get-breach.use-case.js';
import { ListAffected } from '../use-cases/list-affected.use-case.js';
import { ListBreaches } from '../use-cases/list-breaches.use-case.js';
import { RecomputeScope } from '../use-cases/recompute-scope.use-case.js';
import { RecordAwareness } from '../use-cases/record-awareness.use-case.js';
import { ReportBreach } from '../use-cases/report-breach.use-case.js';

const reporters: { roles: readonly Role[] } = { roles: ['dpo', 'ops', 'agency'] };
const readers: { roles: readonly Role[] } = { roles: ['dpo', 'ops'] };
const officer: { roles: readonly Role[] } = { roles: ['dpo'] };

/** The register of the breaches of the caller's party. */
@Controller()
export class BreachesController {
  constructor(
    private readonly reportBreach: ReportBreach,
    private readonly recordAwareness: RecordAwareness,
    private readonly recomputeScope: RecomputeScope,
    private readonly assessBreach: AssessBreach,
    private readonly dismissBreach: DismissBreach,
    private readonly closeBreach: CloseBreach,
    private readonly listBreaches: ListBreaches,
    private readonly getBreach: GetBreach,
    private readonly listAffected: ListAffected,
  ) {}

  @Command({
    path: 'breaches',
    needs: reporters,
    body: ReportBreachRequest,
    answer: BreachView,
    summary: 'Report a breach or a suspicion; what it affects is computed from the ledger',
  })
  report(
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.reportBreach.execute(body as ReportBreachRequest, commandCall(caller, info));
  }

  @Query({
    path: 'breaches',
    needs: readers,
    query: BreachPageQuery,
    answer: BreachPage,
    summary: 'Every breach of your party, with its deadline and open duties',
  })
  register(@Caller() caller: CallerIdentity, @QueryParams() query: BreachPageQuery): Promise<BreachPage> {
    return this.listBreaches.execute(partyOf(caller), query);
  }

  @Query({
    path: 'breaches/:id',
    needs: readers,
    answer: BreachView,
    summary: 'A breach as it stands',
  })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<BreachView> {
    return this.getBreach.execute(id, partyOf(caller));
  }

  @Command({
    path: 'breaches/:id/awareness',
    needs: officer,
    body: RecordAwarenessRequest,
    answer: BreachView,
    summary: 'A suspicion became a breach: since when the controller is aware, and on which basis',
  })
  awareness(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.recordAwareness.execute(id, body as RecordAwarenessRequest, commandCall(caller, info));
  }

  @Command({
    path: 'breaches/:id/scope',
    needs: officer,
    body: RecomputeScopeRequest,
    answer: BreachView,
    summary: 'Compute the scope anew, as the next phase',
  })
  scope(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.recomputeScope.execute(id, body as RecomputeScopeRequest, commandCall(caller, info));
  }

  @Query({
    path: 'breaches/:id/disclosures',
    needs: officer,
    query: BreachPageQuery,
    answer: AffectedDisclosurePage,
    summary: 'The affected disclosures of the latest phase',
  })
  disclosures(
    @Param('id') id: string,
    @Caller() caller: CallerIdentity,
    @QueryParams() query: BreachPageQuery,
  ): Promise<AffectedDisclosurePage> {
    return this.listAffected.disclosures(id, partyOf(caller), query);
  }

  @Query({
    path: 'breaches/:id/subjects',
    needs: officer,
    query: BreachPageQuery,
    answer: AffectedSubjectPage,
    summary: 'The affected persons, by reference, and a text to tell them',
  })
  subjects(
    @Param('id') id: string,
    @Caller() caller: CallerIdentity,
    @QueryParams() query: BreachPageQuery,
  ): Promise<AffectedSubjectPage> {
    return this.listAffected.subjects(id, partyOf(caller), query);
  }

  @Command({
    path: 'breaches/:id/assessments',
    needs: officer,
    body: AssessBreachRequest,
    answer: BreachView,
    summary: 'How great the risk for persons is',
  })
  assessment(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.assessBreach.execute(id, body as AssessBreachRequest, commandCall(caller, info));
  }

  @Command({
    path: 'breaches/:id/dismissals',
    needs: officer,
    body: DismissBreachRequest,
    answer: BreachView,
    summary: 'The suspicion was none',
  })
  dismissal(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.dismissBreach.execute(id, body as DismissBreachRequest, commandCall(caller, info));
  }

  @Command({
    path: 'breaches/:id/closings',
    needs: officer,
    body: CloseBreachRequest,
    answer: BreachView,
    summary: 'Close a breach whose duties are all done',
  })
  closing(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<BreachView>> {
    return this.closeBreach.execute(id, body as CloseBreachRequest, commandCall(caller, info));
  }
}
