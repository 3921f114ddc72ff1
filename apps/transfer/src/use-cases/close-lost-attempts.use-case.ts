import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../db/database.js';
import { selectLostAttempts } from '../db/delivery.statements.js';
import { DeliverySettings } from '../delivery/delivery-settings.js';
import { EndAttempt } from './end-attempt.js';

const AT_ONCE = 50;

/** Gives up the attempts of owners that are gone, once lease and transport timeout have passed. Any replica does it. */
@Injectable()
export class CloseLostAttempts {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EndAttempt) private readonly endAttempt: EndAttempt,
    @Inject(DeliverySettings) private readonly settings: DeliverySettings,
  ) {}

  /** @returns how many it found */
  async execute(): Promise<number> {
    const { transportTimeoutMs } = this.settings;
    const lost = await this.database.query<{ attempt_id: string; disclosure_id: string }>(
      selectLostAttempts(transportTimeoutMs, AT_ONCE),
    );
    for (const { attempt_id: attemptId, disclosure_id: disclosureId } of lost) {
      const outcome = { kind: 'lost', reason: 'the owner of the attempt is gone' } as const;
      await this.endAttempt.execute({ attemptId, disclosureId, outcome });
    }
    return lost.length;
  }
}
