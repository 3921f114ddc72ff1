import { Inject, Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { breachAssessed, type AssessBreachRequest, type BreachView } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { setAssessment } from '../db/breach.statements.js';
import { assertAware, BreachCommand } from './breach-command.js';
import type { CommandCall } from './command-call.js';

/**
 * How great the risk for persons is; decides whether the authority (any risk) and the persons (a high one) must be told. A
 * later assessment replaces it; the earlier one stays in the trail.
 *
 * @see GDPR Art. 33(1), 34(1)
 */
@Injectable()
export class AssessBreach {
  constructor(@Inject(BreachCommand) private readonly command: BreachCommand) {}

  /** @throws DomainError NOT_FOUND, CONFLICT */
  execute(id: string, request: AssessBreachRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    return this.command.execute(id, call, async (tx, breach) => {
      assertAware(breach);
      const { reasonsHash, ...assessment } = request;
      const assessedAt = formatInstant(tx.now);
      await tx.query(setAssessment(id, { ...assessment, assessedAt }));
      const data = {
        breachId: id,
        partyId: call.party,
        ...assessment,
        ...(reasonsHash === undefined ? {} : { reasonsHash }),
        assessedAt,
      };
      await tx.append(breachAssessed, { subject: id, data, context: call.context });
    });
  }
}
