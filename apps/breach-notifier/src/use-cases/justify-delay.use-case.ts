import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { breachDelayJustified, type BreachView, type JustifyDelayRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { setDelay } from '../db/breach.statements.js';
import { authorityDeadline } from '../domain/breach-duties.js';
import { assertAware, BreachCommand } from './breach-command.js';
import { BreachViews } from './breach-views.js';
import { iso, type CommandCall } from './command-call.js';

/**
 * Records why the authority is notified later than 72 hours after awareness. The reasons go into the prepared filing; the
 * event carries their hash.
 *
 * @see GDPR Art. 33(1), second sentence
 */
@Injectable()
export class JustifyDelay {
  constructor(
    @Inject(BreachCommand) private readonly command: BreachCommand,
    @Inject(BreachViews) private readonly views: BreachViews,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT when nothing is late or the delay has been justified */
  execute(id: string, request: JustifyDelayRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    return this.command.execute(id, call, async (tx, breach) => {
      assertAware(breach);
      const [whole] = await this.views.whole(tx, [breach], tx.now);
      if (!authorityDeadline(whole!.duties, tx.now).delayJustificationNeeded) {
        throw new DomainError('CONFLICT', `Breach ${id} has no delay that is to be justified`);
      }
      const { reason, reasons } = request;
      const justifiedAt = formatInstant(tx.now);
      await tx.query(setDelay(id, { reason, reasons, justifiedAt }));
      const data = {
        breachId: id,
        partyId: call.party,
        reason,
        reasonsHash: createHash('sha256').update(reasons).digest('hex'),
        authorityDueAt: iso(breach.authority_due_at),
        justifiedAt,
      };
      await tx.append(breachDelayJustified, { subject: id, data, context: call.context });
    });
  }
}
