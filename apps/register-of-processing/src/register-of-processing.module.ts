import { Module, type DynamicModule } from '@nestjs/common';
import type { FactService } from '@convenant/contracts';
import { MessagingModule } from '@convenant/messaging';
import { messagingSettings, PlatformModule } from '@convenant/platform';
import { registerEntities } from './db/entities.js';
import { migrations } from './db/migrations/index.js';
import { EndingsController } from './http/endings.controller.js';
import { PartiesController } from './http/parties.controller.js';
import { ProtocolsController } from './http/protocols.controller.js';
import { TransferConsumer } from './kafka/transfer.consumer.js';
import { serviceName, type RegisterSettings } from './register-of-processing.config.js';
import { CheckProtocolFile } from './use-cases/check-protocol-file.js';
import { DecideOnProtocol } from './use-cases/decide-on-protocol.js';
import { DecideOpenPoint } from './use-cases/decide-open-point.use-case.js';
import { DraftProtocol } from './use-cases/draft-protocol.use-case.js';
import { EndProtocol } from './use-cases/end-protocol.use-case.js';
import { GetEnding } from './use-cases/get-ending.use-case.js';
import { GetProtocol } from './use-cases/get-protocol.use-case.js';
import { ListParties } from './use-cases/list-parties.use-case.js';
import { ListProtocols } from './use-cases/list-protocols.use-case.js';
import { Parties } from './use-cases/parties.js';
import { ProtocolStore } from './use-cases/protocol-store.js';
import { RecordEndingEnforced } from './use-cases/record-ending-enforced.use-case.js';
import { RecordOpinion } from './use-cases/record-opinion.use-case.js';
import { RegisterParty } from './use-cases/register-party.use-case.js';
import { SignProtocol } from './use-cases/sign-protocol.use-case.js';
import { ValidateProtocolFile } from './use-cases/validate-protocol.use-case.js';

/** Barriers of transfer are all that the register learns from others. */
export const subscribes: FactService[] = ['transfer'];

@Module({})
export class RegisterModule {
  static forRoot(settings: RegisterSettings): DynamicModule {
    return {
      module: RegisterModule,
      imports: [
        PlatformModule.forRoot({ service: serviceName, settings, entities: registerEntities, migrations }),
        MessagingModule.forRoot({ settings: messagingSettings(settings, serviceName), subscribes, relay: true }),
      ],
      controllers: [PartiesController, ProtocolsController, EndingsController, TransferConsumer],
      providers: [
        Parties,
        ProtocolStore,
        CheckProtocolFile,
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
      ],
    };
  }
}
