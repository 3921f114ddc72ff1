import { registerEvents } from '../register/events.js';
import { consentEvents } from '../consent/events.js';
import { transferEvents } from '../transfer/events.js';
import { retentionEvents } from '../retention/events.js';
import { breachEvents } from '../breach/events.js';
import { deadLetterRecorded, deadLetterRedriven, operationPerformed } from './every-service.js';
import type { EventDefinition } from './event-definition.js';

/** Every event there is, by its wire type. A type that is not here is unreadable to every service. */
export const catalogue: ReadonlyMap<string, EventDefinition> = new Map(
  [
    ...registerEvents,
    ...consentEvents,
    ...transferEvents,
    ...retentionEvents,
    ...breachEvents,
    ...Object.values(deadLetterRecorded),
    ...Object.values(deadLetterRedriven),
    ...Object.values(operationPerformed),
  ].map((definition) => [definition.type, definition as EventDefinition]),
);
