import { Inject, Injectable } from '@nestjs/common';
import { type Clock } from '@convenant/kernel';
import { CLOCK, type CommandContext, Outbox } from '@convenant/messaging';
import type { BarrierScope } from '../../db/barrier.statements.js';
import { Database } from '../../db/database.js';
import { type DisclosureRow, selectDisclosure } from '../../db/disclosure.statements.js';
import {
  closeAbandoned,
  type LookUpRow,
  selectForgottenLookUps,
  selectIdleLookUps,
  selectLeasedLookUps,
  selectLookUp,
} from '../../db/look-up.statements.js';
import { failLookUp } from './fail-look-up.js';
import { LookUpStop } from './look-up-stop.js';

/** How long an intent waits for its caller to come back with the same key. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** What something is being looked up under; never a consent. */
export interface LeasedLookUp {
  readonly consent_id: null;
  readonly protocol_id: string;
  readonly subject_ref: string;
  readonly authorization_id: string | null;
}

/** Ends intents without outcome that nobody works on: under a barrier at once, else when nobody came back for them. */
@Injectable()
export class StopLookUps {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Database) private readonly database: Database,
    @Inject(LookUpStop) private readonly stop: LookUpStop,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Those in the scope of barriers which what is known now stops; a resumed protocol lets them be. */
  async under(scope: BarrierScope): Promise<void> {
    if (!touchesLookUps(scope)) return;
    const idle = await this.database.query<{ id: string }>(selectIdleLookUps(scope));
    for (const { id } of idle) await this.end(id, false);
  }

  /** Under which causes of the scope something is being fetched or answered at this moment. */
  async leased(scope: BarrierScope): Promise<LeasedLookUp[]> {
    return touchesLookUps(scope) ? this.database.query<LeasedLookUp>(selectLeasedLookUps(scope)) : [];
  }

  async forgotten(): Promise<void> {
    const before = new Date(this.clock.now() - FORGOTTEN_AFTER_MS);
    for (const { id } of await this.database.query<{ id: string }>(selectForgottenLookUps(before))) {
      await this.end(id, true);
    }
  }

  private async end(id: string, forgotten: boolean): Promise<void> {
    await this.outbox.transaction([id], async (tx) => {
      const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
      const [lookUp] = await tx.query<LookUpRow>(selectLookUp(id));
      const stop = await this.stop.ask(tx, row!, lookUp!);
      const cause = stop !== null && stop !== 'blocked' ? stop : forgotten ? { code: 'ANSWER_NOT_FETCHED' } : null;
      if (cause === null || (await tx.query(closeAbandoned(id))).length === 0) return;
      await failLookUp(tx, row!, cause, lookUp!.context as CommandContext);
    });
  }
}

/** A withdrawal stops no look-up: none rests on a consent. */
function touchesLookUps({ protocols, authorizations, subjects }: BarrierScope): boolean {
  return protocols.length + authorizations.length + subjects.length > 0;
}
