import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { breachClosed, type BreachView, type CloseBreachRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { setClosed } from '../db/breach.statements.js';
import { waitsFor } from '../domain/breach-duties.js';
import { BreachCommand } from './breach-command.js';
import { BreachViews } from './breach-views.js';
import type { CommandCall } from './command-call.js';

/** Closes a breach once every duty that follows from it is done or excused, with its effects and the remedial action. */
@Injectable()
export class CloseBreach {
  constructor(
    @Inject(BreachCommand) private readonly command: BreachCommand,
    @Inject(BreachViews) private readonly views: BreachViews,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT with `waitsFor` while something is open */
  execute(id: string, request: CloseBreachRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    return this.command.execute(id, call, async (tx, breach) => {
      const [whole] = await this.views.whole(tx, [breach], tx.now);
      const open = waitsFor(whole!.duties, tx.now);
      if (open.length > 0) {
        throw new DomainError('CONFLICT', `Breach ${id} cannot be closed: ${open.join(', ')} still open`, {
          members: { waitsFor: open },
        });
      }
      const closedAt = formatInstant(tx.now);
      await tx.query(setClosed(id, { ...request, closedAt }));
      const data = { breachId: id, partyId: call.party, ...request, closedAt };
      await tx.append(breachClosed, { subject: id, data, context: call.context });
    });
  }
}
