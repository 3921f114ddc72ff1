import { Body, Controller, Param } from '@nestjs/common';
import Type from 'typebox';
import {
  AmendProtocolRequest,
  DifferenceQuery,
  DifferenceView,
  ProtocolView,
  Uuid,
  VersionDetail,
  VersionList,
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
import { AmendProtocol } from '../use-cases/amend-protocol.use-case.js';
import { commandCall } from '../use-cases/command-call.js';
import { GetVersions } from '../use-cases/get-versions.use-case.js';
import { ofParty } from './of-party.js';

const drafters: { roles: readonly Role[] } = { roles: ['agency', 'dpo', 'signatory'] };

/** A version is a number from 1 on. */
const VersionParams = Type.Object(
  { id: Uuid, version: Type.String({ pattern: '^[1-9]\\d{0,5}$' }) },
  { additionalProperties: false },
);

/** Amendments: a protocol changes by a new version, never in place. */
@Controller('protocols')
export class VersionsController {
  constructor(
    private readonly amendProtocol: AmendProtocol,
    private readonly getVersions: GetVersions,
  ) {}

  @Command({
    path: ':id/amendments',
    needs: drafters,
    body: AmendProtocolRequest,
    answer: ProtocolView,
    summary: 'Enter a new version of a protocol; the version in force goes on until it is signed and in force',
  })
  amend(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ProtocolView>> {
    return this.amendProtocol.execute(id, body as AmendProtocolRequest, commandCall(caller, info));
  }

  @Query({ path: ':id/versions', needs: ofParty, answer: VersionList, summary: 'The versions of a protocol' })
  list(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<VersionList> {
    return this.getVersions.list(id, caller.party ?? null);
  }

  @Query({
    path: ':id/versions/:version',
    params: VersionParams,
    needs: ofParty,
    answer: VersionDetail,
    summary: 'One version, whole',
  })
  one(
    @Param('id') id: string,
    @Param('version') version: string,
    @Caller() caller: CallerIdentity,
  ): Promise<VersionDetail> {
    return this.getVersions.one(id, Number(version), caller.party ?? null);
  }

  @Query({
    path: ':id/versions/:version/difference',
    params: VersionParams,
    needs: ofParty,
    query: DifferenceQuery,
    answer: DifferenceView,
    summary: 'What a version changes against another, by default against the one before',
  })
  difference(
    @Param('id') id: string,
    @Param('version') version: string,
    @Caller() caller: CallerIdentity,
    @QueryParams() query: unknown,
  ): Promise<DifferenceView> {
    const { from } = query as DifferenceQuery;
    return this.getVersions.difference(id, Number(version), from, caller.party ?? null);
  }
}
