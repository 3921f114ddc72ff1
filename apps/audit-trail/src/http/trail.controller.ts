import { Controller } from '@nestjs/common';
import { CompletenessView, ReadEntriesQuery, TrailPage } from '@convenant/contracts';
import { Caller, Query, QueryParams, type CallerIdentity } from '@convenant/platform';
import { ReadCompleteness } from '../use-cases/read-completeness.use-case.js';
import { ReadEntries } from '../use-cases/read-entries.use-case.js';

/** The trail as a DPO reads it for the DPO's own party, and the operator for what concerns the installation. */
@Controller()
export class TrailController {
  constructor(
    private readonly readEntries: ReadEntries,
    private readonly readCompleteness: ReadCompleteness,
  ) {}

  @Query({
    path: 'entries',
    needs: { roles: ['dpo', 'installation-admin'] },
    query: ReadEntriesQuery,
    answer: TrailPage,
    summary: 'What your party may see of the trail, in order of arrival; the reading is recorded',
  })
  entries(@Caller() caller: CallerIdentity, @QueryParams() query: ReadEntriesQuery): Promise<TrailPage> {
    return this.readEntries.execute(caller, query);
  }

  @Query({
    path: 'completeness',
    needs: { roles: ['dpo', 'installation-admin'] },
    answer: CompletenessView,
    summary: 'Per service, up to which position nothing is missing',
  })
  completeness(@Caller() caller: CallerIdentity): Promise<CompletenessView> {
    return this.readCompleteness.execute(caller);
  }
}
