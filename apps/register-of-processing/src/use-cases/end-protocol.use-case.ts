import { Injectable } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { EndingView, EndProtocolRequest } from '@convenant/contracts';
import type { CommandAnswer } from '@convenant/platform';
import type { Commander, ProtocolCommand } from '@convenant/protocol';
import type { CommandCall } from './command-call.js';
import { DecideOnProtocol } from './decide-on-protocol.js';
import { GetEnding } from './get-ending.use-case.js';
import { instantOf } from './instants.js';

/**
 * Ends a protocol: for violation or by revocation at once, by notice on the date that the text computes. Which party may,
 * and under which clause, is what the protocol says.
 *
 * Answered *enforcing* (or *scheduled* before the end date); *enforced* once transfer has said that nothing flows any more.
 */
@Injectable()
export class EndProtocol {
  constructor(
    private readonly decide: DecideOnProtocol,
    private readonly getEnding: GetEnding,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID, FORBIDDEN (not for this party), TRANSITION_ILLEGAL */
  async execute(
    protocolId: string,
    request: EndProtocolRequest,
    call: CommandCall,
  ): Promise<CommandAnswer<EndingView>> {
    const command = commandOf(request);
    return this.decide.execute(protocolId, call, command, ({ factId }) =>
      this.getEnding.execute(protocolId, factId, call.party),
    );
  }
}

function commandOf({ kind, violation, writingHash, ...rest }: EndProtocolRequest): (by: Commander) => ProtocolCommand {
  const receivedAt = instantOf(rest.receivedAt, '/receivedAt', undefined);
  const common = {
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(writingHash === undefined ? {} : { writingHash }),
  };
  if (kind !== 'violation') {
    if (violation !== undefined) throw violationFault('must be absent: only an ending for violation names one');
    return (commander) => ({ type: kind === 'notice' ? 'giveNotice' : 'revoke', commander, ...common });
  }
  if (violation === undefined) throw violationFault('is missing: an ending for violation says what was violated');
  return (commander) => ({ type: 'terminate', commander, violation, ...common });
}

function violationFault(detail: string): DomainError {
  return new DomainError('INPUT_INVALID', 'The ending does not have the required shape', {
    faults: [{ in: 'body', name: '/violation', detail }],
  });
}
