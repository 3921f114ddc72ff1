import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { protocolEndDutyCompleted, type CompleteEndDutyRequest, type EndDutiesView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { bearersOf, type EndDutyKind } from '@convenant/protocol';
import { roleOf } from '../domain/protocol-history.js';
import { EndDuty } from '../db/end-duty.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { GetEndDuties } from './get-end-duties.use-case.js';
import { KnownEnding } from './known-ending.js';

/** Records that a party has done what an ended protocol left it to do. Once: what was said is not taken back. */
@Injectable()
export class CompleteEndDuty {
  constructor(
    private readonly office: ActingOffice,
    private readonly endings: KnownEnding,
    private readonly commands: CommandRunner,
    private readonly getEndDuties: GetEndDuties,
  ) {}

  /**
   * @throws DomainError NOT_FOUND (ending, or no such duty of it), FORBIDDEN (not this party's to say), CONFLICT (done before),
   *   TRANSITION_ILLEGAL (before the end, or a duty that the installation itself fulfils)
   */
  async execute(
    about: { protocolId: string; endingId: string; duty: string },
    { evidenceHash }: CompleteEndDutyRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<EndDutiesView>> {
    const { protocolId, endingId, duty } = about;
    const party = await this.office.party(call);
    const { event, parties } = await this.endings.of(protocolId, endingId, party);
    const { version, clause, endsAt, dutiesAfter } = event.data;
    if (!dutiesAfter.includes(duty)) throw new DomainError('NOT_FOUND', `The ending has no duty ${duty}`, { clause });
    assertBearer(duty as EndDutyKind, roleOf(parties, party)!, clause);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [protocolId],
      work: async (tx) => {
        if (endsAt > tx.now) {
          const endsOn = formatInstant(endsAt);
          throw new DomainError('TRANSITION_ILLEGAL', `The protocol ends at ${endsOn}; nothing is due before`, {
            clause,
          });
        }
        if (await tx.manager.existsBy(EndDuty, { endingId, duty })) {
          throw new DomainError('CONFLICT', `Duty ${duty} is completed`, { clause });
        }
        const completedAt = new Date(tx.now);
        await tx.manager.insert(EndDuty, { endingId, duty, party, evidenceHash: evidenceHash ?? null, completedAt });
        await tx.append(protocolEndDutyCompleted, {
          subject: protocolId,
          data: {
            protocolId,
            version,
            endingId,
            duty,
            byParty: party,
            ...(evidenceHash === undefined ? {} : { evidenceHash }),
            completedAt: formatInstant(tx.now),
            clause,
          },
          context: call.context,
          protocolId,
          protocolVersion: version,
          clause,
        });
        return { status: 201, result: { endingId } };
      },
      answer: () => this.getEndDuties.execute(protocolId, endingId, party),
    });
  }
}

function assertBearer(duty: EndDutyKind, role: 'sender' | 'receiver', clause: string): void {
  const bearers = bearersOf(duty);
  if (bearers.length === 0) {
    throw new DomainError('TRANSITION_ILLEGAL', `Duty ${duty} is done when the ending is enforced`, { clause });
  }
  if (!bearers.includes(role))
    throw new DomainError('FORBIDDEN', `Duty ${duty} is the ${bearers.join(' or ')}'s`, { clause });
}
