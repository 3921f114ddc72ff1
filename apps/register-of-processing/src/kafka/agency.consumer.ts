import { Injectable, type OnModuleInit } from '@nestjs/common';
import { lawChangeNotifiedByAgency, processorListSharedByAgency } from '@convenant/contracts';
import { AGENCY_CLIENT, AgencyInbox, type AgencyMessage } from '@convenant/messaging';
import { KeyedReferences } from '@convenant/platform';
import type { CommandCall } from '../use-cases/command-call.js';
import { NotifyLawChange } from '../use-cases/law-changes/notify-law-change.use-case.js';
import { ShareProcessorList } from '../use-cases/processors/share-processor-list.use-case.js';

/**
 * What the systems of a party say on its own topic: the same commands as over HTTP, with the same effect. The message's id is
 * the idempotency key, its subject the protocol; the party is the one whose topic it is.
 */
@Injectable()
export class AgencyConsumer implements OnModuleInit {
  constructor(
    private readonly inbox: AgencyInbox,
    private readonly references: KeyedReferences,
    private readonly shareProcessorList: ShareProcessorList,
    private readonly notifyLawChange: NotifyLawChange,
  ) {}

  onModuleInit(): void {
    this.inbox.on(processorListSharedByAgency, (message) =>
      this.shareProcessorList.execute(message.subject, this.callOf(message)),
    );
    this.inbox.on(lawChangeNotifiedByAgency, (message) => {
      const { occurredAt: _, ...notice } = message.data;
      return this.notifyLawChange.execute(message.subject, notice, this.callOf(message));
    });
  }

  private callOf({ id, type, subject, party, principal, data, context }: AgencyMessage): CommandCall {
    const message = { method: 'MESSAGE', route: type, params: { subject }, body: data };
    const fingerprint = this.references.fingerprint(message);
    const idempotency = { party, client: AGENCY_CLIENT, key: id, fingerprint };
    return { party, roles: ['agency'], userRef: principal, idempotency, context };
  }
}
