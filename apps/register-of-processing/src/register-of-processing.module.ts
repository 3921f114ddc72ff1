import { Module, type DynamicModule } from '@nestjs/common';
import type { FactService } from '@convenant/contracts';
import { SmtpSender } from '@convenant/mail';
import { AgencyModule, MessagingModule, OWN_EVENT_FOLD, REPLICAS } from '@convenant/messaging';
import { Leadership, messagingSettings, PlatformModule, replicaTables } from '@convenant/platform';
import { CalendarWorker } from './clock/calendar.worker.js';
import { registerEntities } from './db/entities.js';
import { migrations } from './db/migrations/index.js';
import { governanceControllers, governanceProviders } from './features/governance.feature.js';
import { ContactsController } from './http/contacts.controller.js';
import { DisputesController } from './http/disputes.controller.js';
import { EndingsByLawController } from './http/endings-by-law.controller.js';
import { EndingsController } from './http/endings.controller.js';
import { PartiesController } from './http/parties.controller.js';
import { ProtocolsController } from './http/protocols.controller.js';
import { VersionsController } from './http/versions.controller.js';
import { QuarantineController } from './http/quarantine.controller.js';
import { SuspensionsController } from './http/suspensions.controller.js';
import { UserAuthorizationsController } from './http/user-authorizations.controller.js';
import { PartyTopicsSignal } from './kafka/party-topics-signal.js';
import { PartyTopicsWorker } from './kafka/party-topics.worker.js';
import { TransferConsumer } from './kafka/transfer.consumer.js';
import { ContactMailer } from './mail/contact-mailer.js';
import { entriesControllers, entriesProviders } from './entries.providers.js';
import { rightsControllers, rightsProviders } from './rights.providers.js';
import { registerFold } from './rebase/own-event.fold.js';
import { serviceName, type RegisterSettings } from './register-of-processing.config.js';
import { ActingOffice } from './use-cases/acting-office.js';
import { AddContact } from './use-cases/add-contact.use-case.js';
import { AuthorizeUser } from './use-cases/authorize-user.use-case.js';
import { AcceptedFile } from './use-cases/accepted-file.js';
import { AmendProtocol } from './use-cases/amend-protocol.use-case.js';
import { GetVersions } from './use-cases/get-versions.use-case.js';
import { CheckProtocolFile } from './use-cases/check-protocol-file.js';
import { CloseDispute } from './use-cases/close-dispute.use-case.js';
import { CompleteEndDuty } from './use-cases/complete-end-duty.use-case.js';
import { ConcludeEndings } from './use-cases/conclude-endings.use-case.js';
import { ContactOptions } from './use-cases/contact-options.js';
import { DecideOnProtocol } from './use-cases/decide-on-protocol.js';
import { DecideOpenPoint } from './use-cases/decide-open-point.use-case.js';
import { DraftProtocol } from './use-cases/draft-protocol.use-case.js';
import { EndByLaw } from './use-cases/end-by-law.use-case.js';
import { EndProtocol } from './use-cases/end-protocol.use-case.js';
import { AgreementsInForce } from './use-cases/agreements-in-force.js';
import { Frameworks } from './use-cases/frameworks.js';
import { GetContacts } from './use-cases/get-contacts.use-case.js';
import { GetDisputes } from './use-cases/get-disputes.use-case.js';
import { GetEndDuties } from './use-cases/get-end-duties.use-case.js';
import { GetEnding } from './use-cases/get-ending.use-case.js';
import { GetPartyTopics } from './use-cases/get-party-topics.use-case.js';
import { GetProtocol } from './use-cases/get-protocol.use-case.js';
import { GetSuspension } from './use-cases/get-suspension.use-case.js';
import { GetUserAuthorizations } from './use-cases/get-user-authorizations.use-case.js';
import { KnownEnding } from './use-cases/known-ending.js';
import { LapseContacts } from './use-cases/lapse-contacts.use-case.js';
import { ListFlagged } from './use-cases/list-flagged.use-case.js';
import { ListParties } from './use-cases/list-parties.use-case.js';
import { ListProtocols } from './use-cases/list-protocols.use-case.js';
import { MakePartyTopics, PartyTopicsOptions } from './use-cases/make-party-topics.use-case.js';
import { OpenDispute } from './use-cases/open-dispute.use-case.js';
import { Parties } from './use-cases/parties.js';
import { ProtocolStore } from './use-cases/protocol-store.js';
import { RecordEndingEnforced } from './use-cases/record-ending-enforced.use-case.js';
import { RecordOpinion } from './use-cases/record-opinion.use-case.js';
import { RecordRevocationEnforced } from './use-cases/record-revocation-enforced.use-case.js';
import { RecordSuspensionEnforced } from './use-cases/record-suspension-enforced.use-case.js';
import { RegisterParty } from './use-cases/register-party.use-case.js';
import { RemoveContact } from './use-cases/remove-contact.use-case.js';
import { ResumeProtocol } from './use-cases/resume-protocol.use-case.js';
import { RevokeUser } from './use-cases/revoke-user.use-case.js';
import { SendContactCode } from './use-cases/send-contact-code.use-case.js';
import { SignProtocol } from './use-cases/sign-protocol.use-case.js';
import { SuspendProtocol } from './use-cases/suspend-protocol.use-case.js';
import { ValidateProtocolFile } from './use-cases/validate-protocol.use-case.js';
import { VerifyContact } from './use-cases/verify-contact.use-case.js';

/** From transfer come barriers, disclosures, persons and corrections; from consent withdrawals. */
export const subscribes: FactService[] = ['transfer', 'consent'];

@Module({})
export class RegisterModule {
  static forRoot(settings: RegisterSettings): DynamicModule {
    const messaging = messagingSettings(settings, serviceName);
    const { KAFKA_REPLICATION: replication, KAFKA_MIN_INSYNC_REPLICAS: minInsyncReplicas } = settings;
    return {
      module: RegisterModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: registerEntities, migrations }),
        MessagingModule.forRoot({ settings: messaging, subscribes, relay: true }),
        // It also keeps the messages that nobody lists.
        AgencyModule.forRoot({ settings: messaging, keepsUnlisted: true }),
      ],
      controllers: [
        PartiesController,
        ContactsController,
        ProtocolsController,
        VersionsController,
        EndingsController,
        SuspensionsController,
        EndingsByLawController,
        DisputesController,
        QuarantineController,
        UserAuthorizationsController,
        ...governanceControllers,
        TransferConsumer,
        ...rightsControllers,
        ...entriesControllers,
      ],
      providers: [
        {
          provide: PartyTopicsOptions,
          useFactory: () =>
            new PartyTopicsOptions(messaging.installation, messaging.kafka, { replication, minInsyncReplicas }),
        },
        PartyTopicsSignal,
        PartyTopicsWorker,
        MakePartyTopics,
        GetPartyTopics,
        Parties,
        ProtocolStore,
        AgreementsInForce,
        Frameworks,
        CheckProtocolFile,
        AcceptedFile,
        AmendProtocol,
        GetVersions,
        DecideOnProtocol,
        RegisterParty,
        ListParties,
        DraftProtocol,
        ValidateProtocolFile,
        RecordOpinion,
        DecideOpenPoint,
        SignProtocol,
        EndProtocol,
        GetProtocol,
        ListProtocols,
        GetEnding,
        RecordEndingEnforced,
        { provide: Leadership, useFactory: () => new Leadership(settings.DATABASE_URL, 'register.calendar') },
        CalendarWorker,
        { provide: SmtpSender, useFactory: () => new SmtpSender(settings.SMTP_URL) },
        {
          provide: ContactMailer,
          inject: [SmtpSender],
          useFactory: (sender: SmtpSender) => new ContactMailer(sender, settings.MAIL_FROM),
        },
        {
          provide: ContactOptions,
          useFactory: () => new ContactOptions(settings.CONTACT_VERIFICATION, settings.USER_REF_KEY),
        },
        AddContact,
        GetContacts,
        LapseContacts,
        RemoveContact,
        SendContactCode,
        VerifyContact,
        ActingOffice,
        CloseDispute,
        CompleteEndDuty,
        ConcludeEndings,
        EndByLaw,
        GetDisputes,
        GetEndDuties,
        GetSuspension,
        KnownEnding,
        ListFlagged,
        OpenDispute,
        RecordSuspensionEnforced,
        ResumeProtocol,
        SuspendProtocol,
        AuthorizeUser,
        GetUserAuthorizations,
        RecordRevocationEnforced,
        RevokeUser,
        ...rightsProviders,
        ...entriesProviders,
        { provide: OWN_EVENT_FOLD, useValue: registerFold },
        {
          provide: REPLICAS,
          useValue: replicaTables({
            transfer: ['disclosure_fact', 'subject_fact', 'corrected_report_fact', 'erasure_fact'],
            consent: ['withdrawn_consent_fact'],
          }),
        },
        ...governanceProviders(settings),
      ],
    };
  }
}
