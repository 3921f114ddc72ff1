import { type DynamicModule, Module } from '@nestjs/common';
import { SmtpSender } from '@convenant/mail';
import { MessagingModule, OWN_EVENT_FOLD, REPLICAS } from '@convenant/messaging';
import { messagingSettings, PlatformModule, replicaTables } from '@convenant/platform';
import { LocalKeyring, Vault } from '@convenant/vault';
import { BarrierListenUrl, BarrierWorker } from './barrier/barrier.worker.js';
import { OpenTransactions } from './barrier/open-transactions.js';
import { Database } from './db/database.js';
import { Facts } from './db/facts.js';
import { ArchiveSigner } from './delivery/archive-signer.js';
import { DeliverySettings } from './delivery/delivery-settings.js';
import { DeliverySignal } from './delivery/delivery-signal.js';
import { DeliveryWorker } from './delivery/delivery.worker.js';
import { SevenZipModule } from './delivery/seven-zip.module.js';
import { ArchiveKeysController } from './http/archive-keys.controller.js';
import { DisclosuresController } from './http/disclosures.controller.js';
import { InboxController } from './http/inbox.controller.js';
import { KeysController } from './http/keys.controller.js';
import { FrequencyReportsController, OnwardDisclosuresController } from './http/onward.controller.js';
import { CorrectionsController, QualityReportsController } from './http/quality.controller.js';
import { RestrictionsController } from './http/restrictions.controller.js';
import { SubjectsController } from './http/subjects.controller.js';
import { BarrierCausesConsumer } from './kafka/barrier-causes.consumer.js';
import { ConsentFactsConsumer } from './kafka/consent-facts.consumer.js';
import { ProtocolFactsConsumer } from './kafka/protocol-facts.consumer.js';
import { RetentionConsumer } from './kafka/retention.consumer.js';
import { RightsConsumer } from './kafka/rights.consumer.js';
import { lookUpControllers, lookUpProviders } from './look-ups.providers.js';
import { migrations } from './migrations.js';
import { transferFold } from './rebase/own-event.fold.js';
import type { TransferSettings } from './transfer.config.js';
import { AcknowledgeCorrection } from './use-cases/acknowledge-correction.use-case.js';
import { AcknowledgeRestriction } from './use-cases/acknowledge-restriction.use-case.js';
import { AnnounceRestriction } from './use-cases/announce-restriction.js';
import { AnswerErasure } from './use-cases/answer-erasure.use-case.js';
import { ApplyBarriers } from './use-cases/apply-barriers.use-case.js';
import { CloseLostAttempts } from './use-cases/close-lost-attempts.use-case.js';
import { CollectPassphrase } from './use-cases/collect-passphrase.use-case.js';
import { CollectValues } from './use-cases/collect-values.use-case.js';
import { Collecting } from './use-cases/collecting.js';
import { DeliverToInbox } from './use-cases/deliver-to-inbox.use-case.js';
import { DeliverDisclosure } from './use-cases/deliver-disclosure.use-case.js';
import { DeliveryArchives } from './use-cases/delivery-archive.js';
import { DestroyReleased } from './use-cases/destroy-released.use-case.js';
import { DecisionRecords } from './use-cases/decision-records.js';
import { DisclosureDecision } from './use-cases/disclosure-decision.js';
import { Accountability, EraseMappings } from './use-cases/erase-mappings.use-case.js';
import { EndAttempt } from './use-cases/end-attempt.js';
import { ExplainDisclosure } from './use-cases/explain-disclosure.use-case.js';
import { GetDisclosure } from './use-cases/get-disclosure.use-case.js';
import { GetSubjects } from './use-cases/get-subjects.use-case.js';
import { InvestigateQuality } from './use-cases/investigate-quality.use-case.js';
import { KeyRotations } from './use-cases/key-rotations.js';
import { LiftRestriction } from './use-cases/lift-restriction.use-case.js';
import { ListInbox } from './use-cases/list-inbox.use-case.js';
import { RecordOnward } from './use-cases/onward/record-onward.use-case.js';
import { ReportFrequency } from './use-cases/onward/report-frequency.use-case.js';
import { OrderKeyDestruction } from './use-cases/order-key-destruction.use-case.js';
import { PropagateMeasure } from './use-cases/propagate-measure.js';
import { QualityReports } from './use-cases/quality-reports.js';
import { RegisterSubject } from './use-cases/register-subject.use-case.js';
import { QualityPeriod, ReportQuality } from './use-cases/report-quality.use-case.js';
import { RequestDisclosure } from './use-cases/request-disclosure.use-case.js';
import { ResolveQuality } from './use-cases/resolve-quality.use-case.js';
import { Restrictions } from './use-cases/restrictions.js';
import { SeenFacts } from './use-cases/seen-facts.js';
import { StartKeyRotation } from './use-cases/start-key-rotation.use-case.js';
import { StopDelivery } from './use-cases/stop-delivery.js';
import { SubjectVersions } from './use-cases/subject-versions.js';
import { WithdrawQualityReport } from './use-cases/withdraw-quality-report.use-case.js';
import { WorkOffKeyRotation } from './use-cases/work-off-key-rotation.use-case.js';
import { DisclosureVault } from './vault/disclosure-vault.js';
import { ErasureGate } from './vault/erasure-gate.js';
import { openKeyring } from './vault/open-keyring.js';
import { SubjectCipher } from './vault/subject-cipher.js';
import { VaultSignal } from './vault/vault-signal.js';
import { VaultWorker } from './vault/vault.worker.js';

@Module({})
export class TransferModule {
  static forRoot(settings: TransferSettings): DynamicModule {
    const { leaseMs, transportTimeoutMs, retryMs, mailFrom, atOnce } = {
      leaseMs: settings.DELIVERY_LEASE_MS,
      transportTimeoutMs: settings.DELIVERY_TRANSPORT_TIMEOUT_MS,
      retryMs: settings.DELIVERY_RETRY_MS,
      mailFrom: settings.MAIL_FROM,
      atOnce: settings.DELIVERIES_AT_ONCE,
    };
    return {
      module: TransferModule,
      imports: [
        PlatformModule.forRoot({ service: 'transfer', settings, entities: [], migrations }),
        MessagingModule.forRoot({
          settings: messagingSettings(settings, 'transfer'),
          subscribes: ['register', 'consent', 'retention'],
          relay: true,
        }),
        SevenZipModule,
      ],
      controllers: [
        SubjectsController,
        DisclosuresController,
        InboxController,
        ArchiveKeysController,
        QualityReportsController,
        CorrectionsController,
        RestrictionsController,
        OnwardDisclosuresController,
        FrequencyReportsController,
        KeysController,
        ProtocolFactsConsumer,
        ConsentFactsConsumer,
        BarrierCausesConsumer,
        RetentionConsumer,
        RightsConsumer,
        ...lookUpControllers,
      ],
      providers: [
        { provide: BarrierListenUrl, useFactory: () => new BarrierListenUrl(settings.DATABASE_URL) },
        {
          provide: DeliverySettings,
          useFactory: () => new DeliverySettings(leaseMs, transportTimeoutMs, retryMs, mailFrom, atOnce),
        },
        { provide: SmtpSender, useFactory: () => new SmtpSender(settings.SMTP_URL) },
        {
          provide: LocalKeyring,
          inject: [Database],
          useFactory: (database: Database) => openKeyring(settings.VAULT_KEYRING_FILE, database),
        },
        { provide: Vault, inject: [LocalKeyring], useFactory: (keyring: LocalKeyring) => new Vault(keyring) },
        {
          provide: SubjectCipher,
          inject: [Vault],
          useFactory: (vault: Vault) => new SubjectCipher(settings.SUBJECT_KEY, vault),
        },
        Database,
        Facts,
        DisclosureVault,
        ArchiveSigner,
        DeliverySignal,
        DeliveryWorker,
        BarrierWorker,
        OpenTransactions,
        ApplyBarriers,
        CloseLostAttempts,
        CollectPassphrase,
        DeliverDisclosure,
        DeliverToInbox,
        DecisionRecords,
        DeliveryArchives,
        DisclosureDecision,
        EndAttempt,
        ExplainDisclosure,
        GetDisclosure,
        GetSubjects,
        ListInbox,
        RegisterSubject,
        RequestDisclosure,
        SeenFacts,
        StopDelivery,
        SubjectVersions,
        ErasureGate,
        VaultSignal,
        VaultWorker,
        AnswerErasure,
        DestroyReleased,
        Collecting,
        CollectValues,
        { provide: QualityPeriod, useFactory: () => new QualityPeriod(settings.QUALITY_DEADLINE) },
        QualityReports,
        ReportQuality,
        InvestigateQuality,
        ResolveQuality,
        PropagateMeasure,
        WithdrawQualityReport,
        AcknowledgeCorrection,
        {
          provide: Accountability,
          useFactory: () => new Accountability(settings.ACCOUNTABILITY_PERIOD, settings.ACCOUNTABILITY_BASIS),
        },
        EraseMappings,
        Restrictions,
        AnnounceRestriction,
        LiftRestriction,
        AcknowledgeRestriction,
        RecordOnward,
        ReportFrequency,
        KeyRotations,
        StartKeyRotation,
        OrderKeyDestruction,
        WorkOffKeyRotation,
        ...lookUpProviders(settings),
        { provide: OWN_EVENT_FOLD, useValue: transferFold },
        {
          provide: REPLICAS,
          useValue: replicaTables({
            register: ['protocol_version_fact', 'protocol_fact', 'user_fact'],
            consent: ['consent_fact'],
            retention: ['hold_fact'],
          }),
        },
      ],
    };
  }
}
