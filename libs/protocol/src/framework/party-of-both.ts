import type { PartyRole } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';

/** The role of the party that stands in an accession and in its framework: its sender unless only the receiver does. */
export function partyOfBoth(accession: ProtocolModel, framework: ProtocolModel): PartyRole {
  const [own, its] = [accession.parties.sender, framework.parties.sender];
  return own.kbo === its.kbo && own.unitCode === its.unitCode ? 'sender' : 'receiver';
}
