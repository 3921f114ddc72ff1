import { Inject, Injectable } from '@nestjs/common';
import type { SubjectView } from '@convenant/contracts';
import { Outbox } from '@convenant/messaging';

/** Subjects as a caller sees them: the reference, and the version that other services can be asked to have seen. */
@Injectable()
export class SubjectVersions {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  view(subjectRef: string, protocolId: string): Promise<SubjectView> {
    return this.outbox.transaction([], async (tx) => ({
      subjectRef,
      protocolId,
      version: await tx.versionOf(subjectRef),
    }));
  }
}
