import { Body, Controller, Inject, Logger, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ActivateFallbackRequest,
  LookUpRequest,
  LookUpView,
  RouteFallbacksQuery,
  RouteFallbacksView,
  RouteFallbackView,
  SetSourceEndpointRequest,
  SourceEndpointView,
  UserReportRequest,
  UserReportView,
} from '@convenant/contracts';
import {
  Caller,
  type CallerIdentity,
  Command,
  CommandInfo,
  type CommandInformation,
  Query,
  QueryParams,
} from '@convenant/platform';
import { ActivateFallback } from '../use-cases/look-ups/activate-fallback.use-case.js';
import { EndFallback } from '../use-cases/look-ups/end-fallback.use-case.js';
import { ReportOnUser } from '../use-cases/look-ups/report-on-user.use-case.js';
import { RequestLookUp } from '../use-cases/look-ups/request-look-up.use-case.js';
import { RouteFallbacks } from '../use-cases/look-ups/route-fallbacks.js';
import { SetSourceEndpoint } from '../use-cases/look-ups/set-source-endpoint.use-case.js';

const ofSender = { roles: ['dpo', 'ops'] as const };

@Controller('look-ups')
export class LookUpsController {
  private readonly logger = new Logger('LookUp');

  constructor(@Inject(RequestLookUp) private readonly requestLookUp: RequestLookUp) {}

  /** A lease covers the whole of it: once it is over the connection is cut, so that nothing leaves behind a barrier. */
  @Command({
    path: '',
    needs: { roles: ['agency-user'] },
    body: LookUpRequest,
    answer: LookUpView,
    summary: 'Looks persons up by unique identifier for a named user; each decided, recorded and answered alone',
  })
  lookUp(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Body() body: LookUpRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const lease = this.requestLookUp.lease();
    const cut = setTimeout(() => reply.raw.destroy(), lease.ms);
    reply.raw.once('close', () => {
      clearTimeout(cut);
      // Without it the lease ends by itself.
      this.requestLookUp.release(lease).catch((error: unknown) => {
        this.logger.warn({ msg: 'lease not released', error: error instanceof Error ? error.name : 'unknown' });
      });
    });
    return this.requestLookUp.execute(caller, info, body, lease);
  }
}

@Controller('route-fallbacks')
export class RouteFallbacksController {
  constructor(
    @Inject(ActivateFallback) private readonly activateFallback: ActivateFallback,
    @Inject(EndFallback) private readonly endFallback: EndFallback,
    @Inject(RouteFallbacks) private readonly fallbacks: RouteFallbacks,
  ) {}

  @Command({
    path: '',
    needs: ofSender,
    body: ActivateFallbackRequest,
    answer: RouteFallbackView,
    summary: 'Records that the agreed route does not cooperate; from now on the fallback is used',
  })
  activate(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Body() body: ActivateFallbackRequest,
  ) {
    return this.activateFallback.execute(caller, info, body);
  }

  @Query({
    path: '',
    needs: { roles: ['agency', 'agency-user', 'dpo', 'ops'] },
    query: RouteFallbacksQuery,
    answer: RouteFallbacksView,
    summary: 'When the fallbacks of a protocol were in use, and who was controller of the transfer then',
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() { protocolId }: RouteFallbacksQuery) {
    return this.fallbacks.list(caller, protocolId);
  }

  @Command({
    path: ':id/ending',
    needs: ofSender,
    answer: RouteFallbackView,
    summary: 'Goes back to the agreed route',
  })
  end(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Param('id') id: string) {
    return this.endFallback.execute(caller, info, id);
  }
}

@Controller('source-endpoints')
export class SourceEndpointsController {
  constructor(@Inject(SetSourceEndpoint) private readonly setEndpoint: SetSourceEndpoint) {}

  @Command({
    path: '',
    needs: { roles: ['ops'] },
    body: SetSourceEndpointRequest,
    answer: SourceEndpointView,
    summary: 'Says where the source of the own party is asked by one route of a protocol',
  })
  set(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Body() body: SetSourceEndpointRequest,
  ) {
    return this.setEndpoint.execute(caller, info, body);
  }
}

@Controller('user-reports')
export class UserReportsController {
  constructor(@Inject(ReportOnUser) private readonly reportOnUser: ReportOnUser) {}

  @Command({
    path: '',
    needs: { roles: ['dpo'] },
    body: UserReportRequest,
    answer: UserReportView,
    summary: 'What one user of the own party looked up, signed; that it was asked for is kept',
  })
  report(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Body() body: UserReportRequest) {
    return this.reportOnUser.execute(caller, info, body);
  }
}
