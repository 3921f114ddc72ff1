import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { SuspensionView } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import { ProtocolSuspension } from '../db/suspension.entity.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetSuspension } from './get-suspension.use-case.js';

/** Lifts a suspension: what it held back may flow again. For the party that suspended. */
@Injectable()
export class ResumeProtocol {
  constructor(
    private readonly office: ActingOffice,
    private readonly decide: DecideOnProtocol,
    private readonly getSuspension: GetSuspension,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT (lifted before), TRANSITION_ILLEGAL */
  async execute(protocolId: string, id: string, call: CommandCall): Promise<CommandAnswer<SuspensionView>> {
    await this.office.party(call);
    await this.getSuspension.execute(protocolId, id, call.party);
    return this.decide.execute(
      protocolId,
      call,
      (commander) => ({ type: 'resume', commander }),
      () => this.getSuspension.execute(protocolId, id, call.party),
      async ({ manager }) => {
        const { resumedAt } = await manager.findOneByOrFail(ProtocolSuspension, { id });
        if (resumedAt === null) return;
        throw new DomainError('CONFLICT', `Suspension ${id} was lifted at ${formatInstant(resumedAt.getTime())}`);
      },
    );
  }
}
