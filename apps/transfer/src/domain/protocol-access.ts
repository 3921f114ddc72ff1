import { DomainError } from '@convenant/kernel';
import type { ProtocolFacts } from '@convenant/protocol';

/** What a party is in a protocol; for everybody else the protocol does not exist. */
export function roleIn(parties: ProtocolFacts['parties'], party: string | undefined): 'sender' | 'receiver' | null {
  if (party === undefined) return null;
  return party === parties.sender ? 'sender' : party === parties.receiver ? 'receiver' : null;
}

/** The same answer for what does not exist and for what does not concern the caller: existence is confidential. */
export function notFound(
  what:
    | 'Protocol'
    | 'Subject'
    | 'Disclosure'
    | 'Quality report'
    | 'Correction'
    | 'Restriction'
    | 'Key rotation'
    | 'Route fallback',
  id: string,
): DomainError {
  return new DomainError('NOT_FOUND', `${what} ${id} does not exist`);
}
