import { EntriesController, ReconciliationController } from './http/entries.controller.js';
import { EntriesConsumer } from './kafka/entries.consumer.js';
import { DeclareEntry } from './use-cases/entries/declare-entry.use-case.js';
import { ReadEntryFacts } from './use-cases/entries/entry-facts.reader.js';
import { ExportEntries } from './use-cases/entries/export-entries.use-case.js';
import { ReadFlows } from './use-cases/entries/flows.reader.js';
import { GetDrift } from './use-cases/entries/get-drift.use-case.js';
import { GetEntries } from './use-cases/entries/get-entries.use-case.js';
import { GetReconciliation } from './use-cases/entries/get-reconciliation.use-case.js';
import { KeepEntries } from './use-cases/entries/keep-entries.use-case.js';
import { WriteEntries } from './use-cases/entries/write-entries.js';

/** The register of processing activities. */
export const entriesControllers = [EntriesController, ReconciliationController, EntriesConsumer];
export const entriesProviders = [
  ReadEntryFacts,
  ReadFlows,
  WriteEntries,
  KeepEntries,
  DeclareEntry,
  GetEntries,
  GetReconciliation,
  GetDrift,
  ExportEntries,
];
