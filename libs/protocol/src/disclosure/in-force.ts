import type { DisclosureGap, DisclosureRefused, ProtocolFacts, ProtocolVersionFacts } from './disclosure.types.js';
import { indexOf } from './protocol-index.js';
import { governingVersion } from '../versions/governing-version.js';
import { gap, refused } from './verdicts.js';

/** The version in force at an instant, or why there is none. */
export function inForce(protocol: ProtocolFacts, at: number): ProtocolVersionFacts | DisclosureRefused | DisclosureGap {
  for (const version of protocol.versions) {
    if (version.blocked) return gap([`protocol/${version.version}`], version.model.entryIntoForce.clause);
  }
  const version = governingVersion(protocol.versions, at);
  if (version === null)
    return refused('PROTOCOL_NOT_IN_FORCE', protocol.versions[0]?.model.entryIntoForce.clause ?? null);
  if (version.endedAt != null && version.endedAt <= at)
    return refused('PROTOCOL_ENDED', protocol.stopClause ?? version.model.endings[0]!.clause);
  // By the text itself: whether the register has said so yet does not matter, and no older version comes back.
  const { termEnd } = indexOf(version.model);
  if (termEnd !== null && termEnd <= at) return refused('PROTOCOL_ENDED', version.model.duration!.clause);
  if (version.suspendedFrom != null && version.suspendedFrom <= at)
    return refused('PROTOCOL_SUSPENDED', protocol.stopClause ?? version.model.entryIntoForce.clause);
  return version;
}
