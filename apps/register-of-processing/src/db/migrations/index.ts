import { agencyMigrations, messagingMigrations } from '@convenant/messaging';
import { platformMigrations } from '@convenant/platform';
import { ContactVerification1795478400400 } from './2026-11-24-contact-verification.migration.js';
import { Governance1795478400900 } from './2026-11-24-governance.migration.js';
import { FrameworksAndTerms1795478400960 } from './2026-11-24-frameworks-and-terms.migration.js';
import { OfficerMails1795564800100 } from './2026-11-25-officer-mails.migration.js';
import { PartiesAndProtocols1795478400100 } from './2026-11-24-parties-and-protocols.migration.js';
import { PartyTopics1795478400200 } from './2026-11-24-party-topics.migration.js';
import { UserAuthorizations1795478400500 } from './2026-11-24-user-authorizations.migration.js';
import { RegisterEntries1795478400950 } from './2026-11-24-register-entries.migration.js';
import { RightsOfDataSubjects1795478400850 } from './2026-11-24-rights-of-data-subjects.migration.js';
import { DisputesAndSuspensions1795478400300 } from './2026-11-24-disputes-and-suspensions.migration.js';

/** Every migration of the register's database, those of the libs first. */
export const migrations = [
  ...messagingMigrations,
  ...agencyMigrations,
  ...platformMigrations,
  PartiesAndProtocols1795478400100,
  PartyTopics1795478400200,
  DisputesAndSuspensions1795478400300,
  ContactVerification1795478400400,
  UserAuthorizations1795478400500,
  RightsOfDataSubjects1795478400850,
  Governance1795478400900,
  RegisterEntries1795478400950,
  FrameworksAndTerms1795478400960,
  OfficerMails1795564800100,
];
