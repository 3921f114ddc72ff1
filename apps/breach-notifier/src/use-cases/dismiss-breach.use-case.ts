import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { breachDismissed, type BreachView, type DismissBreachRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { setDismissed } from '../db/breach.statements.js';
import { BreachCommand } from './breach-command.js';
import type { CommandCall } from './command-call.js';

/**
 * A suspicion that was none: it stays in the register with the reason, its duties end. What has been told to others is
 * assessed and closed instead, since they act on it.
 */
@Injectable()
export class DismissBreach {
  constructor(@Inject(BreachCommand) private readonly command: BreachCommand) {}

  /** @throws DomainError NOT_FOUND, CONFLICT when the controller is aware of a breach */
  execute(id: string, request: DismissBreachRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    return this.command.execute(id, call, async (tx, breach) => {
      if (breach.state !== 'suspected') {
        throw new DomainError('CONFLICT', `Breach ${id} is no suspicion any more: assess it (risk none) and close it`);
      }
      const { reason } = request;
      const dismissedAt = formatInstant(tx.now);
      await tx.query(setDismissed(id, { reason, dismissedAt }));
      const data = { breachId: id, partyId: call.party, ...request, dismissedAt };
      await tx.append(breachDismissed, { subject: id, data, context: call.context });
    });
  }
}
