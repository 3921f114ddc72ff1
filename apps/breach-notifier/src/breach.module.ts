import { Module, type DynamicModule } from '@nestjs/common';
import type { FactService } from '@convenant/contracts';
import { SmtpSender } from '@convenant/mail';
import { MessagingModule, OWN_EVENT_FOLD, REPLICAS } from '@convenant/messaging';
import { messagingSettings, PlatformModule, replicaTables } from '@convenant/platform';
import { serviceName, type BreachSettings } from './breach.config.js';
import { Database } from './db/database.js';
import { migrations } from './db/migrations/index.js';
import { BreachesController } from './http/breaches.controller.js';
import { DutiesController } from './http/duties.controller.js';
import { NoticesController } from './http/notices.controller.js';
import { LedgerConsumer } from './kafka/ledger.consumer.js';
import { RegisterConsumer } from './kafka/register.consumer.js';
import { MailSettings } from './mail/mail-settings.js';
import { MailSignal } from './mail/mail-signal.js';
import { NoticeMailWorker } from './mail/notice-mail.worker.js';
import { breachFold } from './rebase/own-event.fold.js';
import { AcknowledgeNotice } from './use-cases/acknowledge-notice.use-case.js';
import { AssessBreach } from './use-cases/assess-breach.use-case.js';
import { BreachCommand } from './use-cases/breach-command.js';
import { BreachViews } from './use-cases/breach-views.js';
import { CloseBreach } from './use-cases/close-breach.use-case.js';
import { CloseConsultation } from './use-cases/close-consultation.use-case.js';
import { ComputeScope } from './use-cases/compute-scope.js';
import { ConsultationCommand } from './use-cases/consultation-command.js';
import { DecideConsultation } from './use-cases/decide-consultation.use-case.js';
import { DecideNotices } from './use-cases/decide-notices.js';
import { DismissBreach } from './use-cases/dismiss-breach.use-case.js';
import { EscalateNotices } from './use-cases/escalate-notices.use-case.js';
import { Escalation } from './use-cases/escalation.js';
import { GetBreach } from './use-cases/get-breach.use-case.js';
import { GetConsultation } from './use-cases/get-consultation.use-case.js';
import { GetFiling } from './use-cases/get-filing.use-case.js';
import { InformSubjects } from './use-cases/inform-subjects.use-case.js';
import { JustifyDelay } from './use-cases/justify-delay.use-case.js';
import { KnownLedger } from './use-cases/known-ledger.js';
import { ListAffected } from './use-cases/list-affected.use-case.js';
import { ListBreaches } from './use-cases/list-breaches.use-case.js';
import { NoticeViews } from './use-cases/notice-views.js';
import { OpenConsultation } from './use-cases/open-consultation.use-case.js';
import { PrepareFiling } from './use-cases/prepare-filing.use-case.js';
import { RecomputeScope } from './use-cases/recompute-scope.use-case.js';
import { RecordAwareness } from './use-cases/record-awareness.use-case.js';
import { RecordFiling } from './use-cases/record-filing.use-case.js';
import { ReportBreach } from './use-cases/report-breach.use-case.js';
import { SendNoticeMail } from './use-cases/send-notice-mail.use-case.js';
import { ShareImprovement } from './use-cases/share-improvement.use-case.js';

/** Parties and protocols come from the register, the ledger from transfer. */
export const subscribes: FactService[] = ['register', 'transfer'];

const useCases = [
  AcknowledgeNotice,
  AssessBreach,
  BreachCommand,
  BreachViews,
  CloseBreach,
  CloseConsultation,
  ComputeScope,
  ConsultationCommand,
  DecideConsultation,
  DecideNotices,
  DismissBreach,
  EscalateNotices,
  Escalation,
  GetBreach,
  GetConsultation,
  GetFiling,
  InformSubjects,
  JustifyDelay,
  KnownLedger,
  ListAffected,
  ListBreaches,
  NoticeViews,
  OpenConsultation,
  PrepareFiling,
  RecomputeScope,
  RecordAwareness,
  RecordFiling,
  ReportBreach,
  SendNoticeMail,
  ShareImprovement,
];

@Module({})
export class BreachModule {
  static forRoot(settings: BreachSettings): DynamicModule {
    return {
      module: BreachModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: [], migrations }),
        MessagingModule.forRoot({ settings: messagingSettings(settings, serviceName), subscribes, relay: true }),
      ],
      controllers: [BreachesController, DutiesController, NoticesController, RegisterConsumer, LedgerConsumer],
      providers: [
        Database,
        MailSignal,
        NoticeMailWorker,
        {
          provide: MailSettings,
          useFactory: () =>
            new MailSettings(
              settings.MAIL_FROM,
              settings.ESCALATE_AFTER,
              settings.PUBLIC_URL ?? null,
              settings.MAIL_LEASE_MS,
              settings.MAIL_RETRY_MS,
            ),
        },
        { provide: SmtpSender, useFactory: () => new SmtpSender(settings.SMTP_URL) },
        ...useCases,
        { provide: OWN_EVENT_FOLD, useValue: breachFold },
        {
          provide: REPLICAS,
          useValue: replicaTables({ register: ['protocol_fact', 'party_fact'], transfer: ['disclosure_fact'] }),
        },
      ],
    };
  }
}
