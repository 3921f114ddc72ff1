import { Module, type DynamicModule } from '@nestjs/common';
import type { FactService } from '@convenant/contracts';
import { MessagingModule, OWN_EVENT_FOLD, REPLICAS } from '@convenant/messaging';
import { messagingSettings, PlatformModule, replicaTables } from '@convenant/platform';
import { serviceName, type ConsentSettings } from './consent.config.js';
import { consentEntities } from './db/entities.js';
import { migrations } from './db/migrations/index.js';
import { ConsentController } from './http/consent.controller.js';
import { RegisterConsumer } from './kafka/register.consumer.js';
import { TransferConsumer } from './kafka/transfer.consumer.js';
import { consentFold } from './rebase/own-event.fold.js';
import { GetConsent } from './use-cases/get-consent.use-case.js';
import { GetNotice } from './use-cases/get-notice.use-case.js';
import { GetWithdrawal } from './use-cases/get-withdrawal.use-case.js';
import { KnownFacts } from './use-cases/known-facts.js';
import { ProvideNotice } from './use-cases/provide-notice.use-case.js';
import { RecordConsent } from './use-cases/record-consent.use-case.js';
import { RecordEnforcement } from './use-cases/record-enforcement.use-case.js';
import { WithdrawConsent } from './use-cases/withdraw-consent.use-case.js';

/** Protocols come from the register, persons and barriers from transfer. */
export const subscribes: FactService[] = ['register', 'transfer'];

@Module({})
export class ConsentModule {
  static forRoot(settings: ConsentSettings): DynamicModule {
    return {
      module: ConsentModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: consentEntities, migrations }),
        MessagingModule.forRoot({ settings: messagingSettings(settings, serviceName), subscribes, relay: true }),
      ],
      controllers: [ConsentController, RegisterConsumer, TransferConsumer],
      providers: [
        KnownFacts,
        ProvideNotice,
        GetNotice,
        RecordConsent,
        GetConsent,
        WithdrawConsent,
        GetWithdrawal,
        RecordEnforcement,
        { provide: OWN_EVENT_FOLD, useValue: consentFold },
        { provide: REPLICAS, useValue: replicaTables({ register: ['protocol_fact'], transfer: ['subject_fact'] }) },
      ],
    };
  }
}
