import { Controller, Param } from '@nestjs/common';
import { AlertsView } from '@convenant/contracts';
import { Caller, Query, type CallerIdentity } from '@convenant/platform';
import { GetAlerts } from '../use-cases/governance/get-alerts.use-case.js';
import { ofParty } from './of-party.js';

/** What is amiss in the governance of a protocol. */
@Controller('protocols')
export class AlertsController {
  constructor(private readonly getAlerts: GetAlerts) {}

  @Query({
    path: ':id/alerts',
    needs: ofParty,
    answer: AlertsView,
    summary: 'What is missing, too old or too late under the protocol, standing alerts first',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<AlertsView> {
    return this.getAlerts.execute(id, caller.party ?? null);
  }
}
