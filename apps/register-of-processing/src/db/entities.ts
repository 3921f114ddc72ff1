import { Party, PartyContact, PartyDpo } from './party.entity.js';
import { Protocol, ProtocolEnding, ProtocolEventRow } from './protocol.entity.js';

/** Every table that this app reads and writes as entities. */
export const registerEntities = [Party, PartyContact, PartyDpo, Protocol, ProtocolEventRow, ProtocolEnding];
