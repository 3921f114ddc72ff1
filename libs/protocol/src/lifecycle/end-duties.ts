import type { Ending } from '../model/duties.schema.js';
import { partyRoles, type PartyRole } from '../model/primitives.js';

export type EndDutyKind = Ending['dutiesAfter'][number];

/**
 * Which parties say that a duty after the ending is done; nobody for what the installation does itself: stopping the flow
 * and the deliveries, which is done when the barrier of the ending is applied.
 */
export function bearersOf(duty: EndDutyKind): readonly PartyRole[] {
  switch (duty) {
    case 'stopFlow':
    case 'stopDeliveries':
      return [];
    case 'keepUntilRetentionEnds':
      return ['receiver'];
    case 'flagSince':
    case 'damagesReserved':
      return partyRoles;
  }
}
