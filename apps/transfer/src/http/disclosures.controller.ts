import { Body, Controller, Inject, Param } from '@nestjs/common';
import {
  DisclosureView,
  ExplanationView,
  PassphraseView,
  RequestDisclosureRequest,
  ValuesView,
  VerdictView,
} from '@convenant/contracts';
import {
  Caller,
  type CallerIdentity,
  Command,
  CommandInfo,
  type CommandInformation,
  Lookup,
  Query,
} from '@convenant/platform';
import { CollectPassphrase } from '../use-cases/collect-passphrase.use-case.js';
import { CollectValues } from '../use-cases/collect-values.use-case.js';
import { ExplainDisclosure } from '../use-cases/explain-disclosure.use-case.js';
import { GetDisclosure } from '../use-cases/get-disclosure.use-case.js';
import { RequestDisclosure } from '../use-cases/request-disclosure.use-case.js';

@Controller('disclosures')
export class DisclosuresController {
  constructor(
    @Inject(RequestDisclosure) private readonly requestDisclosure: RequestDisclosure,
    @Inject(ExplainDisclosure) private readonly explainDisclosure: ExplainDisclosure,
    @Inject(GetDisclosure) private readonly getDisclosure: GetDisclosure,
    @Inject(CollectPassphrase) private readonly collectPassphrase: CollectPassphrase,
    @Inject(CollectValues) private readonly collectValues: CollectValues,
  ) {}

  @Command({
    path: '',
    needs: { roles: ['agency', 'agency-user'] },
    body: RequestDisclosureRequest,
    answer: VerdictView,
    // Reads nothing outside its transaction, which asks for itself: each question beside it would cost as much as a statement.
    evenClosed: true,
    summary: 'Requests one disclosure; decided and recorded, permitted or refused',
  })
  request(
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
    @Body() body: RequestDisclosureRequest,
  ) {
    return this.requestDisclosure.execute(caller, info, body);
  }

  @Lookup({
    path: 'explain',
    needs: { roles: ['agency', 'agency-user'] },
    body: RequestDisclosureRequest,
    answer: ExplanationView,
    summary: 'Would this disclosure be refused, and why; without any effect',
  })
  explain(@Caller() caller: CallerIdentity, @Body() body: RequestDisclosureRequest) {
    return this.explainDisclosure.execute(caller, body);
  }

  @Query({
    path: ':id',
    needs: { roles: ['agency', 'agency-user', 'dpo'] },
    answer: DisclosureView,
    summary: 'One disclosure, for its sender and its receiver; never a value',
  })
  get(@Caller() caller: CallerIdentity, @Param('id') id: string) {
    return this.getDisclosure.execute(caller, id);
  }

  @Command({
    path: ':id/passphrase/collect',
    needs: { roles: ['agency-user'] },
    answer: PassphraseView,
    summary: 'The passphrase of a delivered archive, for a user of the unit it was sent to; recorded',
  })
  collect(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Param('id') id: string) {
    return this.collectPassphrase.execute(caller, info, id);
  }

  @Command({
    path: ':id/values/collect',
    needs: { roles: ['agency-user'] },
    answer: ValuesView,
    summary: 'The values as they stand now, corrections included, for a user of the unit they were sent to; recorded',
  })
  values(@Caller() caller: CallerIdentity, @CommandInfo() info: CommandInformation, @Param('id') id: string) {
    return this.collectValues.execute(caller, info, id);
  }
}
