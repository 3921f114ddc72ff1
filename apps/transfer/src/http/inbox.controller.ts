import { Controller, Inject } from '@nestjs/common';
import { InboxPage, Uuid } from '@convenant/contracts';
import { Caller, type CallerIdentity, Query, QueryParams } from '@convenant/platform';
import Type, { type Static } from 'typebox';
import { ListInbox } from '../use-cases/list-inbox.use-case.js';

const Paging = Type.Object(
  {
    after: Type.Optional(Uuid),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);

@Controller('inbox')
export class InboxController {
  constructor(@Inject(ListInbox) private readonly listInbox: ListInbox) {}

  @Query({
    path: '',
    needs: { roles: ['agency-user'] },
    query: Paging,
    answer: InboxPage,
    summary: "What was sent to the caller's own unit, newest first",
  })
  list(@Caller() caller: CallerIdentity, @QueryParams() page: Static<typeof Paging>) {
    return this.listInbox.execute(caller, page);
  }
}
