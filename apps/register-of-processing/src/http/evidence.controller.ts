import { Body, Controller, Param } from '@nestjs/common';
import Type from 'typebox';
import {
  DeliverEvidenceRequest,
  DOCUMENT_MAX_BYTES,
  DocumentsView,
  DocumentView,
  EvidenceRequestsView,
  EvidenceRequestView,
  EvidencesView,
  EvidenceView,
  RecordEvidenceRequest,
  RequestEvidenceRequest,
  Sha256,
  UploadDocumentRequest,
  Uuid,
} from '@convenant/contracts';
import {
  Caller,
  Command,
  CommandInfo,
  Download,
  Query,
  type CallerIdentity,
  type CommandAnswer,
  type CommandInformation,
  type Resource,
} from '@convenant/platform';
import { commandCall } from '../use-cases/command-call.js';
import { DeliverEvidence } from '../use-cases/evidence/deliver-evidence.use-case.js';
import { Documents } from '../use-cases/evidence/documents.js';
import { GetEvidence } from '../use-cases/evidence/get-evidence.use-case.js';
import { RecordEvidence } from '../use-cases/evidence/record-evidence.use-case.js';
import { RequestEvidence } from '../use-cases/evidence/request-evidence.use-case.js';
import { UploadDocument } from '../use-cases/evidence/upload-document.use-case.js';
import { ofParty } from './of-party.js';

/** In base64, with the fields around it. */
const UPLOAD_LIMIT = Math.ceil(DOCUMENT_MAX_BYTES / 3) * 4 + 4_096;

const DocumentParams = Type.Object({ id: Uuid, documentHash: Sha256 }, { additionalProperties: false });

/** Documents of the parties, what they prove, and requests for proof. */
@Controller('protocols')
export class EvidenceController {
  constructor(
    private readonly uploadDocument: UploadDocument,
    private readonly documents: Documents,
    private readonly recordEvidence: RecordEvidence,
    private readonly requestEvidence: RequestEvidence,
    private readonly deliverEvidence: DeliverEvidence,
    private readonly getEvidence: GetEvidence,
  ) {}

  @Command({
    path: ':id/documents',
    needs: ofParty,
    body: UploadDocumentRequest,
    bodyLimit: UPLOAD_LIMIT,
    answer: DocumentView,
    summary: 'Keep a document of the party by its hash: an opinion, a contract, evidence; no data of data subjects',
  })
  upload(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<DocumentView>> {
    return this.uploadDocument.execute(id, body as UploadDocumentRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/documents',
    needs: ofParty,
    answer: DocumentsView,
    summary: 'The documents kept under a protocol',
  })
  allDocuments(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<DocumentsView> {
    return this.documents.all(id, caller.party ?? null);
  }

  @Download({
    path: ':id/documents/:documentHash',
    needs: { roles: ['dpo', 'signatory'] },
    params: DocumentParams,
    mediaTypes: ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'],
    summary: 'The bytes of a document, for the officers of both parties',
  })
  document(
    @Param('id') id: string,
    @Param('documentHash') documentHash: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Resource> {
    return this.documents.download(id, documentHash, caller.party ?? null);
  }

  @Query({
    path: ':id/evidence',
    needs: ofParty,
    answer: EvidencesView,
    summary: 'What shows the measures, newest first',
  })
  all(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<EvidencesView> {
    return this.getEvidence.all(id, caller.party ?? null);
  }

  @Command({
    path: ':id/evidence',
    needs: ofParty,
    body: RecordEvidenceRequest,
    answer: EvidenceView,
    summary: 'Show by a document, as of a date, that a measure of the party is in place',
  })
  record(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EvidenceView>> {
    return this.recordEvidence.execute(id, body as RecordEvidenceRequest, commandCall(caller, info));
  }

  @Query({
    path: ':id/evidence-requests',
    needs: ofParty,
    answer: EvidenceRequestsView,
    summary: 'Requests for proof and their answers, open ones first',
  })
  requests(@Param('id') id: string, @Caller() caller: CallerIdentity): Promise<EvidenceRequestsView> {
    return this.getEvidence.requests(id, caller.party ?? null);
  }

  @Command({
    path: ':id/evidence-requests',
    needs: ofParty,
    body: RequestEvidenceRequest,
    answer: EvidenceRequestView,
    summary: 'Ask the other party, by simple request, to prove its measures',
  })
  request(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EvidenceRequestView>> {
    return this.requestEvidence.execute(id, body as RequestEvidenceRequest, commandCall(caller, info));
  }

  @Command({
    path: ':id/evidence-requests/:requestId/delivery',
    needs: ofParty,
    body: DeliverEvidenceRequest,
    answer: EvidenceRequestView,
    summary: 'Answer a request for proof with evidence of every measure that it names',
  })
  deliver(
    @Param('id') protocolId: string,
    @Param('requestId') id: string,
    @Body() body: unknown,
    @Caller() caller: CallerIdentity,
    @CommandInfo() info: CommandInformation,
  ): Promise<CommandAnswer<EvidenceRequestView>> {
    const call = commandCall(caller, info);
    return this.deliverEvidence.execute({ protocolId, id }, body as DeliverEvidenceRequest, call);
  }
}
