import { Controller } from '@nestjs/common';
import { QuarantinePage, QuarantineQuery } from '@convenant/contracts';
import { Quarantine } from '@convenant/messaging';
import { Caller, Query, QueryParams, type CallerIdentity } from '@convenant/platform';
import { partyOf } from '../use-cases/command-call.js';

/** Messages on the topics of parties that no service of the installation knows. */
@Controller('quarantine')
export class QuarantineController {
  constructor(private readonly quarantine: Quarantine) {}

  @Query({
    path: '',
    needs: { roles: ['agency', 'dpo'] },
    query: QuarantineQuery,
    answer: QuarantinePage,
    summary: "The party's own refused messages, the newest first: where they stand and why, never what they say",
  })
  async page(@QueryParams() query: unknown, @Caller() caller: CallerIdentity): Promise<QuarantinePage> {
    return this.quarantine.page(partyOf(caller), query as QuarantineQuery);
  }
}
