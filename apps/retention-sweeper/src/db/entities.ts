import { RecordedTrigger, RetentionClock } from './clock.entity.js';
import { EarlyErasure } from './early-erasure.entity.js';
import { DisclosureFact, ProtocolFact } from './facts.entity.js';
import { Hold } from './hold.entity.js';
import { Erasure, Purge } from './purge.entity.js';

/** Every table that this app reads and writes as entities. */
export const retentionEntities = [
  ProtocolFact,
  DisclosureFact,
  RetentionClock,
  RecordedTrigger,
  Purge,
  Erasure,
  Hold,
  EarlyErasure,
];
