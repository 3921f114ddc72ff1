import { Inject, Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { subjectsInformed, type BreachView, type InformSubjectsRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { insertSubjectInformation } from '../db/filing.statements.js';
import { assertAware, BreachCommand } from './breach-command.js';
import type { CommandCall } from './command-call.js';
import { instantOf } from './instants.js';

/**
 * Records that the persons on the list were told, each or by a public communication, or the coded reason why they need not
 * be. The controller tells them; this service knows references only.
 *
 * @see GDPR Art. 34(1), 34(3)
 */
@Injectable()
export class InformSubjects {
  constructor(@Inject(BreachCommand) private readonly command: BreachCommand) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID (an instant that cannot be), CONFLICT (suspected only) */
  execute(id: string, request: InformSubjectsRequest, call: CommandCall): Promise<CommandAnswer<BreachView>> {
    const told = request.mode === 'exempt' ? null : instantOf(request.informedAt, '/informedAt', 0);
    return this.command.execute(id, call, async (tx, breach) => {
      assertAware(breach);
      if (told !== null && (told > tx.now || told < breach.occurred_from.getTime())) {
        throw new DomainError('INPUT_INVALID', 'The instant of the information cannot be', {
          faults: [{ in: 'body', name: '/informedAt', detail: 'must lie between the breach and now' }],
        });
      }
      const informationId = newId();
      const informedAt = formatInstant(told ?? tx.now);
      const { mode } = request;
      const exemption = request.mode === 'direct' ? null : request.exemption;
      const text = request.mode === 'exempt' ? null : { language: request.language, textHash: request.textHash };
      const { persons } = breach.scope.counts;
      const { phase } = breach;
      const textHash = text?.textHash ?? null;
      await tx.query(
        insertSubjectInformation({
          id: informationId,
          breachId: id,
          mode,
          exemption,
          persons,
          phase,
          informedAt,
          textHash,
        }),
      );
      const data = {
        breachId: id,
        partyId: call.party,
        informationId,
        mode,
        ...(exemption === null ? {} : { exemption }),
        persons,
        phase,
        ...text,
        informedAt,
      };
      await tx.append(subjectsInformed, { subject: id, data, context: call.context });
    });
  }
}
