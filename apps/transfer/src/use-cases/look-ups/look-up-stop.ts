import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@convenant/kernel';
import { Blocks, CLOCK, type WriteTransaction } from '@convenant/messaging';
import type { DisclosureRow } from '../../db/disclosure.statements.js';
import type { LookUpRow } from '../../db/look-up.statements.js';
import type { Queries } from '../../db/statement.js';
import { selectAuthorization, type UserFactRow } from '../../db/user-fact.statements.js';
import type { DeliveryStop } from '../../domain/delivery-stop.js';
import { StopDelivery } from '../stop-delivery.js';

/** What may have stopped a look-up since it was decided: its protocol, or the authorisation of its user. */
@Injectable()
export class LookUpStop {
  constructor(
    @Inject(StopDelivery) private readonly deliveries: StopDelivery,
    @Inject(Blocks) private readonly blocks: Blocks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** `blocked`: a fact cannot be read at present, so nothing moves. */
  async ask(tx: WriteTransaction, row: DisclosureRow, lookUp: LookUpRow): Promise<DeliveryStop | 'blocked' | null> {
    const stop = await this.deliveries.ask(tx, row);
    if (stop) return stop;
    const { authorization_id: authorizationId } = lookUp;
    if (authorizationId !== null && (await this.blocks.isBlocked(tx, authorizationId))) return 'blocked';
    return (await this.isAuthorized(tx, lookUp)) ? null : { code: 'USER_SCOPE' };
  }

  /** Whether the authorisation of the user still stands; so too where the protocol asks for none. */
  async isAuthorized(queries: Queries, { authorization_id: id }: LookUpRow): Promise<boolean> {
    if (id === null) return true;
    const [user] = await queries.query<UserFactRow>(selectAuthorization(id));
    return user !== undefined && user.revoked_at === null && user.valid_until.getTime() > this.clock.now();
  }
}
