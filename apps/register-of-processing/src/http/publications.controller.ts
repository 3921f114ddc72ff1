import { Body, Controller, Param } from '@nestjs/common';
import Type, { type Static } from 'typebox';
import {
  CheckPublicationRequest,
  PublicationsView,
  PublicationView,
  PublicProtocolsView,
  RecordPublicationRequest,
  Uuid,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Download,
  Query,
  QueryParams,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Resource,
} from '@convenant/platform';
import { commandCall } from '../use-cases/command-call.js';
import { GetPublications } from '../use-cases/publication/get-publications.use-case.js';
import { ListPublicProtocols } from '../use-cases/publication/list-public-protocols.use-case.js';
import { ReadPublicFile } from '../use-cases/publication/read-public-file.use-case.js';
import { RecheckPublication } from '../use-cases/publication/recheck-publication.use-case.js';
import { RecordPublication } from '../use-cases/publication/record-publication.use-case.js';
import { ofParty } from './of-party.js';

/** Where the parties publish a protocol. */
@Controller('protocols')
export class PublicationsController {
  constructor(
    private readonly recordPublication: RecordPublication,
    private readonly recheckPublication: RecheckPublication,
    private readonly getPublications: GetPublications,
  ) {}

  @Query({
    path: ':id/publications',
    needs: ofParty,
    answer: PublicationsView,
    summary: 'The public files of the version in force, and where each party publishes them',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<PublicationsView> {
    return this.getPublications.all(id, caller.party ?? null);
  }

  @Command({
    path: ':id/publications',
    needs: ofParty,
    body: RecordPublicationRequest,
    answer: PublicationView,
    summary: 'Say where the party publishes the version in force; the address is looked at now and from time to time',
  })
  record(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<PublicationView>> {
    return this.recordPublication.execute(id, body as RecordPublicationRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/publications/:publicationId',
    needs: ofParty,
    answer: PublicationView,
    summary: 'One publication',
  })
  one(
    @Param('id') id: string,
    @Param('publicationId') publicationId: string,
    @Caller() caller: CallerIdentity,
  ): Promise<PublicationView> {
    return this.getPublications.one(id, publicationId, caller.party ?? null);
  }

  @Command({
    path: ':id/publications/:publicationId/checks',
    needs: ofParty,
    body: CheckPublicationRequest,
    answer: PublicationView,
    summary: 'Have the address of a publication looked at now',
  })
  check(
    @Param('id') id: string,
    @Param('publicationId') publicationId: string,
    @Body() _body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<PublicationView>> {
    return this.recheckPublication.execute(id, publicationId, commandCall(caller, info));
  }
}

const PageQuery = Type.Object({ after: Type.Optional(Uuid) }, { additionalProperties: false });
const FileParams = Type.Object(
  {
    id: Uuid,
    version: Type.String({ pattern: '^[1-9]\\d{0,8}$' }),
    file: Type.Enum(['nl.html', 'fr.html', 'en.html', 'protocol.json']),
  },
  { additionalProperties: false },
);

/** What anybody may read, without a login: institutions, offices and rules, never a natural person. */
@Controller('publications')
export class PublicFilesController {
  constructor(
    private readonly listPublicProtocols: ListPublicProtocols,
    private readonly readPublicFile: ReadPublicFile,
  ) {}

  @Query({
    path: '',
    needs: { public: true },
    query: PageQuery,
    answer: PublicProtocolsView,
    summary: 'The protocols of the installation that are public, with their files',
  })
  list(@QueryParams() query: unknown): Promise<PublicProtocolsView> {
    return this.listPublicProtocols.execute((query as Static<typeof PageQuery>).after);
  }

  @Download({
    path: ':id/:version/:file',
    needs: { public: true },
    params: FileParams,
    mediaTypes: ['text/html', 'application/json'],
    summary:
      'A public page of a protocol version in one language, or its machine-readable file; the same bytes for ever',
  })
  file(@Param('id') id: string, @Param('version') version: string, @Param('file') file: string): Promise<Resource> {
    return this.readPublicFile.execute(id, Number(version), file);
  }
}
