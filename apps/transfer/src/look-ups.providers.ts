import type { Provider } from '@nestjs/common';
import {
  LookUpsController,
  RouteFallbacksController,
  SourceEndpointsController,
  UserReportsController,
} from './http/look-ups.controller.js';
import { UserFactsConsumer } from './kafka/user-facts.consumer.js';
import { HttpSourceConnector } from './source/http-source-connector.js';
import { LookUpWorker } from './source/look-up.worker.js';
import { SourceConnector } from './source/source-connector.js';
import { SourceEndpoints, SourceOrigins } from './source/source-endpoints.js';
import { ActivateFallback } from './use-cases/look-ups/activate-fallback.use-case.js';
import { AnswerLookUp } from './use-cases/look-ups/answer-look-up.js';
import { CompleteLookUp } from './use-cases/look-ups/complete-look-up.js';
import { DecideLookUp, LookUpBudget } from './use-cases/look-ups/decide-look-up.js';
import { EndFallback } from './use-cases/look-ups/end-fallback.use-case.js';
import { LookUpStop } from './use-cases/look-ups/look-up-stop.js';
import { LookUpSubject } from './use-cases/look-ups/look-up-subject.js';
import { ReportOnUser } from './use-cases/look-ups/report-on-user.use-case.js';
import { LookUpTime, RequestLookUp } from './use-cases/look-ups/request-look-up.use-case.js';
import { RouteFallbacks } from './use-cases/look-ups/route-fallbacks.js';
import { SetSourceEndpoint } from './use-cases/look-ups/set-source-endpoint.use-case.js';
import { StopLookUps } from './use-cases/look-ups/stop-look-ups.use-case.js';
import type { TransferSettings } from './transfer.config.js';

/** How long an answer may take once its values are there, real milliseconds. */
const ANSWERING_MS = 5_000;

/** Who is heard about look-ups: over HTTP, and of the register. */
export const lookUpControllers = [
  LookUpsController,
  RouteFallbacksController,
  SourceEndpointsController,
  UserReportsController,
  UserFactsConsumer,
];

/** Everything that look-ups are made of. */
export function lookUpProviders(settings: TransferSettings): Provider[] {
  const { SOURCE_ORIGINS, SOURCE_TIMEOUT_MS, LOOK_UP_BUDGET, LOOK_UP_BUDGET_PERIOD } = settings;
  return [
    { provide: SourceOrigins, useFactory: () => new SourceOrigins(SOURCE_ORIGINS) },
    { provide: SourceConnector, useFactory: () => new HttpSourceConnector(SOURCE_TIMEOUT_MS) },
    { provide: LookUpBudget, useFactory: () => new LookUpBudget(LOOK_UP_BUDGET, LOOK_UP_BUDGET_PERIOD) },
    { provide: LookUpTime, useFactory: () => new LookUpTime(SOURCE_TIMEOUT_MS + ANSWERING_MS) },
    SourceEndpoints,
    ActivateFallback,
    AnswerLookUp,
    CompleteLookUp,
    DecideLookUp,
    EndFallback,
    LookUpStop,
    LookUpSubject,
    LookUpWorker,
    ReportOnUser,
    RequestLookUp,
    RouteFallbacks,
    SetSourceEndpoint,
    StopLookUps,
  ];
}
