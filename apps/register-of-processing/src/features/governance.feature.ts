import type { Provider, Type } from '@nestjs/common';
import { Leadership } from '@convenant/platform';
import { AlertsController } from '../http/alerts.controller.js';
import { EvidenceController } from '../http/evidence.controller.js';
import { LawChangesController } from '../http/law-changes.controller.js';
import { ProcessorsController } from '../http/processors.controller.js';
import { PublicationsController, PublicFilesController } from '../http/publications.controller.js';
import { AgencyConsumer } from '../kafka/agency.consumer.js';
import { OfficerMailWorker } from '../mail/officer-mail.worker.js';
import { PublicationSignal } from '../publication/publication-signal.js';
import { PublicationWorker } from '../publication/publication.worker.js';
import type { RegisterSettings } from '../register-of-processing.config.js';
import { DeliverEvidence } from '../use-cases/evidence/deliver-evidence.use-case.js';
import { Documents } from '../use-cases/evidence/documents.js';
import { GetEvidence } from '../use-cases/evidence/get-evidence.use-case.js';
import { RecordEvidence } from '../use-cases/evidence/record-evidence.use-case.js';
import { RequestEvidence } from '../use-cases/evidence/request-evidence.use-case.js';
import { UploadDocument } from '../use-cases/evidence/upload-document.use-case.js';
import { ReadGovernanceFacts } from '../use-cases/governance/governance-facts.js';
import { GovernanceOptions } from '../use-cases/governance/governance-options.js';
import { GovernedProtocol } from '../use-cases/governance/governed-protocol.js';
import { GetAlerts } from '../use-cases/governance/get-alerts.use-case.js';
import { LookAtGovernance } from '../use-cases/governance/look-at-governance.use-case.js';
import { GetLawChanges } from '../use-cases/law-changes/get-law-changes.use-case.js';
import { NotifyLawChange } from '../use-cases/law-changes/notify-law-change.use-case.js';
import { ReviewLawChange } from '../use-cases/law-changes/review-law-change.use-case.js';
import { OfficerMailOptions } from '../use-cases/officer-mail/officer-mail-options.js';
import { SendOfficerMail } from '../use-cases/officer-mail/send-officer-mail.use-case.js';
import { TellOfficers } from '../use-cases/officer-mail/tell-officers.js';
import { AcknowledgeProcessorList } from '../use-cases/processors/acknowledge-processor-list.use-case.js';
import { AddProcessor } from '../use-cases/processors/add-processor.use-case.js';
import { ChangeProcessor } from '../use-cases/processors/change-processor.use-case.js';
import { GetProcessorLists } from '../use-cases/processors/get-processor-lists.use-case.js';
import { GetProcessors } from '../use-cases/processors/get-processors.use-case.js';
import { RecordProcessor } from '../use-cases/processors/record-processor.js';
import { ShareProcessorList } from '../use-cases/processors/share-processor-list.use-case.js';
import { CheckPublications } from '../use-cases/publication/check-publications.use-case.js';
import { GetPublications } from '../use-cases/publication/get-publications.use-case.js';
import { ListPublicProtocols } from '../use-cases/publication/list-public-protocols.use-case.js';
import { PublicFiles } from '../use-cases/publication/public-files.js';
import { PublicationOptions } from '../use-cases/publication/publication-options.js';
import { ReadPublicFile } from '../use-cases/publication/read-public-file.use-case.js';
import { RecheckPublication } from '../use-cases/publication/recheck-publication.use-case.js';
import { RecordPublication } from '../use-cases/publication/record-publication.use-case.js';

/** Publication and governance: what is asked of the parties beside the flow itself. */
export const governanceControllers: Type[] = [
  AlertsController,
  PublicationsController,
  PublicFilesController,
  ProcessorsController,
  LawChangesController,
  EvidenceController,
];

export function governanceProviders(settings: RegisterSettings): Provider[] {
  return [
    { provide: GovernanceOptions, useFactory: () => governanceOptions(settings) },
    { provide: PublicationOptions, useFactory: () => publicationOptions(settings) },
    GovernedProtocol,
    {
      provide: OfficerMailOptions,
      useFactory: () => new OfficerMailOptions(settings.MAIL_FROM, settings.PUBLIC_URL?.replace(/\/+$/, '') ?? null),
    },
    TellOfficers,
    SendOfficerMail,
    OfficerMailWorker,
    ReadGovernanceFacts,
    LookAtGovernance,
    GetAlerts,
    PublicFiles,
    ReadPublicFile,
    ListPublicProtocols,
    GetPublications,
    RecordPublication,
    RecheckPublication,
    CheckPublications,
    GetProcessors,
    RecordProcessor,
    AddProcessor,
    ChangeProcessor,
    GetProcessorLists,
    ShareProcessorList,
    AcknowledgeProcessorList,
    GetLawChanges,
    NotifyLawChange,
    ReviewLawChange,
    Documents,
    UploadDocument,
    GetEvidence,
    RecordEvidence,
    RequestEvidence,
    DeliverEvidence,
    AgencyConsumer,
    PublicationSignal,
    {
      provide: PublicationWorker,
      useFactory: (check: CheckPublications, signal: PublicationSignal) =>
        new PublicationWorker(new Leadership(settings.DATABASE_URL, 'register.publications'), check, signal),
      inject: [CheckPublications, PublicationSignal],
    },
  ];
}

function publicationOptions(settings: RegisterSettings): PublicationOptions {
  const httpHosts = new Set(settings.PUBLICATION_HTTP_HOSTS.split(',').filter((host) => host !== ''));
  const allowsPrivate = settings.SANDBOX_PUBLICATION_PRIVATE ?? false;
  return new PublicationOptions({ httpHosts, allowsPrivate }, settings.PUBLICATION_CHECK_EVERY);
}

function governanceOptions(settings: RegisterSettings): GovernanceOptions {
  const terms = {
    publishWithin: settings.PUBLISH_WITHIN,
    beginWithin: settings.GOVERNANCE_BEGIN_WITHIN,
    listValid: settings.PROCESSOR_LIST_VALID,
    acknowledgeWithin: settings.ACKNOWLEDGE_WITHIN,
    reviewWithin: settings.LAW_REVIEW_WITHIN,
    evidenceValid: settings.EVIDENCE_VALID,
    answerWithin: settings.EVIDENCE_ANSWER_WITHIN,
  };
  const { INSTALLATION_HOST_NAME: name, INSTALLATION_HOST_NUMBER: number } = settings;
  const host = name === undefined ? null : { name, enterpriseNumber: number ?? null };
  return new GovernanceOptions(terms, host);
}
