import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  contactOutcomeReported,
  dossierClosed,
  dossierOpened,
  dossierReopened,
  erasureDeclared,
  type RecordTriggerRequest,
} from '@convenant/contracts';
import { AGENCY_CLIENT, AgencyInbox, type AgencyMessage } from '@convenant/messaging';
import { KeyedReferences } from '@convenant/platform';
import type { CommandCall } from '../use-cases/command-call.js';
import { DeclareErasure } from '../use-cases/declare-erasure.use-case.js';
import { RecordTrigger } from '../use-cases/record-trigger.use-case.js';

/**
 * What the systems of a party say on its own topic: the same commands as over HTTP, with the same effect. The message's id is
 * the idempotency key; the party is the one whose topic it is; the actor is the system's principal.
 */
@Injectable()
export class AgencyConsumer implements OnModuleInit {
  constructor(
    private readonly inbox: AgencyInbox,
    private readonly references: KeyedReferences,
    private readonly recordTrigger: RecordTrigger,
    private readonly declareErasure: DeclareErasure,
  ) {}

  onModuleInit(): void {
    this.inbox.on(contactOutcomeReported, (message) =>
      this.record(message, { kind: 'contactOutcome', ...message.data }),
    );
    this.inbox.on(dossierOpened, (message) => this.record(message, { kind: 'dossierOpened', ...message.data }));
    this.inbox.on(dossierClosed, (message) => this.record(message, { kind: 'dossierClosed', ...message.data }));
    this.inbox.on(dossierReopened, (message) => this.record(message, { kind: 'dossierReopened', ...message.data }));
    this.inbox.on(erasureDeclared, (message) =>
      this.declareErasure.execute(message.subject, message.data, this.callOf(message)),
    );
  }

  private record(message: AgencyMessage, trigger: Omit<RecordTriggerRequest, 'disclosureId'>): Promise<unknown> {
    return this.recordTrigger.execute({ disclosureId: message.subject, ...trigger }, this.callOf(message));
  }

  private callOf({ id, type, subject, party, principal, data, context }: AgencyMessage): CommandCall {
    const fingerprint = this.references.fingerprint({
      method: 'MESSAGE',
      route: type,
      params: { subject },
      body: data,
    });
    return {
      party,
      userRef: principal,
      idempotency: { party, client: AGENCY_CLIENT, key: id, fingerprint },
      context,
    };
  }
}
