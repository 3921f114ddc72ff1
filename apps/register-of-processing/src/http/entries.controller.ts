import { Body, Controller, Param } from '@nestjs/common';
import Type from 'typebox';
import {
  DeclareEntryRequest,
  DriftQuery,
  DriftView,
  EntriesView,
  EntryExportQuery,
  EntryVersions,
  EntryView,
  ReconciliationView,
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
import { DeclareEntry } from '../use-cases/entries/declare-entry.use-case.js';
import { ExportEntries, exportFormats, type ExportFormat } from '../use-cases/entries/export-entries.use-case.js';
import { GetDrift } from '../use-cases/entries/get-drift.use-case.js';
import { GetEntries } from '../use-cases/entries/get-entries.use-case.js';
import { GetReconciliation } from '../use-cases/entries/get-reconciliation.use-case.js';
import { ofParty } from './of-party.js';
import { readerOf, registerReaders } from './register-readers.js';

const ExportParams = Type.Object({ format: Type.Enum([...exportFormats]) }, { additionalProperties: false });

/** The register of processing activities of the caller's party, for its data protection officer, its operators and auditors. */
@Controller('register-entries')
export class EntriesController {
  constructor(
    private readonly getEntries: GetEntries,
    private readonly getDrift: GetDrift,
    private readonly exportEntries: ExportEntries,
  ) {}

  @Query({
    path: '',
    needs: registerReaders,
    answer: EntriesView,
    summary: "The register of the caller's party: entries as controller and those of its processors",
  })
  async list(@Caller() caller: CallerIdentity): Promise<EntriesView> {
    return { items: await this.getEntries.list(readerOf(caller)) };
  }

  @Query({
    path: 'drift',
    needs: registerReaders,
    query: DriftQuery,
    answer: DriftView,
    summary:
      'Where the register and reality part: flows without entry, entries without flow, what the register does not know',
  })
  drift(@Caller() caller: CallerIdentity, @QueryParams() query: unknown): Promise<DriftView> {
    return this.getDrift.execute(readerOf(caller), (query as DriftQuery).idleDays);
  }

  @Download({
    path: 'export/:format',
    params: ExportParams,
    needs: registerReaders,
    query: EntryExportQuery,
    mediaTypes: ['application/json', 'text/csv', 'text/html'],
    summary: 'The register as one file: json, csv that no spreadsheet executes, or html, a page to be printed',
  })
  export(
    @Param('format') format: string,
    @Caller() caller: CallerIdentity,
    @QueryParams() query: unknown,
  ): Promise<Resource> {
    const { language = 'nl' } = query as EntryExportQuery;
    return this.exportEntries.execute(format as ExportFormat, language, readerOf(caller));
  }

  @Query({ path: ':id', needs: registerReaders, answer: EntryView, summary: 'One entry as it stands' })
  one(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<EntryView> {
    return this.getEntries.one(id, readerOf(caller));
  }

  @Query({
    path: ':id/versions',
    needs: registerReaders,
    answer: EntryVersions,
    summary: 'What an entry said, version by version, newest first',
  })
  versions(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<EntryVersions> {
    return this.getEntries.versions(id, readerOf(caller));
  }
}

/** The entries of both parties of a protocol, kept beside each other. */
@Controller('protocols')
export class ReconciliationController {
  constructor(
    private readonly declareEntry: DeclareEntry,
    private readonly getReconciliation: GetReconciliation,
  ) {}

  @Command({
    path: ':id/declared-entry',
    needs: ofParty,
    body: DeclareEntryRequest,
    answer: ReconciliationView,
    summary: "What the party's own register says of the same processing; compared with the protocol at once",
  })
  declare(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<ReconciliationView>> {
    return this.declareEntry.execute(id, body as DeclareEntryRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/reconciliation',
    needs: registerReaders,
    answer: ReconciliationView,
    summary: 'The entries of both parties beside each other, and where they differ',
  })
  reconciliation(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<ReconciliationView> {
    return this.getReconciliation.execute(id, readerOf(caller));
  }
}
