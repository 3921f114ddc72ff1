import { Consent } from './consent.entity.js';
import { Notice } from './notice.entity.js';
import { ProtocolFact } from './protocol-fact.entity.js';
import { SubjectFact } from './subject-fact.entity.js';
import { Withdrawal, WithdrawnConsentRow } from './withdrawal.entity.js';

/** Every table that this app reads and writes as entities. */
export const consentEntities = [ProtocolFact, SubjectFact, Notice, Consent, Withdrawal, WithdrawnConsentRow];
