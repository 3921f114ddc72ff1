import { Body, Controller, Headers, StreamableFile } from '@nestjs/common';
import {
  AccountView,
  CompletenessView,
  FollowTrailQuery,
  GetAccountRequest,
  ReadEntriesQuery,
  ReadReadingsQuery,
  ReadingsPage,
  TrailEntry,
  TrailPage,
} from '@convenant/contracts';
import { Caller, Lookup, Query, QueryParams, Stream, type CallerIdentity } from '@convenant/platform';
import { FollowTrail } from '../use-cases/follow-trail.use-case.js';
import { ReadAccount } from '../use-cases/read-account.use-case.js';
import { ReadCompleteness } from '../use-cases/read-completeness.use-case.js';
import { ReadEntries } from '../use-cases/read-entries.use-case.js';
import { ReadReadings } from '../use-cases/read-readings.use-case.js';

/** The trail as a DPO reads it for the DPO's own party, and the operator for what concerns the installation. */
@Controller()
export class TrailController {
  constructor(
    private readonly readEntries: ReadEntries,
    private readonly readCompleteness: ReadCompleteness,
    private readonly followTrail: FollowTrail,
    private readonly readAccount: ReadAccount,
    private readonly readReadings: ReadReadings,
  ) {}

  @Query({
    path: 'entries',
    needs: { roles: ['dpo', 'installation-admin'] },
    query: ReadEntriesQuery,
    answer: TrailPage,
    summary: 'What your party may see of the trail, in the order in which it became visible; the reading is recorded',
  })
  entries(@Caller() caller: CallerIdentity, @QueryParams() query: ReadEntriesQuery): Promise<TrailPage> {
    return this.readEntries.execute(caller, query);
  }

  @Stream({
    path: 'stream',
    needs: { roles: ['dpo', 'installation-admin'] },
    query: FollowTrailQuery,
    answer: TrailEntry,
    summary: 'The same and what comes, live, as server-sent events `entry`; each reading is recorded',
  })
  async stream(
    @Caller() caller: CallerIdentity,
    @QueryParams() { after }: FollowTrailQuery,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<StreamableFile> {
    const events = await this.followTrail.execute(caller, { lastEventId, after });
    return new StreamableFile(events, { type: 'text/event-stream; charset=utf-8' });
  }

  @Lookup({
    path: 'accounts/get',
    needs: { roles: ['dpo', 'agency'] },
    body: GetAccountRequest,
    answer: AccountView,
    summary: 'Who received what about one person, when, why and until when, as far as your party may see it (GDPR 15)',
  })
  account(@Caller() caller: CallerIdentity, @Body() body: GetAccountRequest): Promise<AccountView> {
    return this.readAccount.execute(caller, body);
  }

  @Query({
    path: 'readings',
    needs: { roles: ['dpo', 'installation-admin'] },
    query: ReadReadingsQuery,
    answer: ReadingsPage,
    summary: 'Who read the trail for your party, when and which part; this reading is recorded too',
  })
  readings(@Caller() caller: CallerIdentity, @QueryParams() query: ReadReadingsQuery): Promise<ReadingsPage> {
    return this.readReadings.execute(caller, query);
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
