import { FactsOfProtocolsAndConsents1795478400100 } from './1795478400100-facts-of-protocols-and-consents.migration.js';
import { SubjectsByKeyedHash1795478400200 } from './1795478400200-subjects-by-keyed-hash.migration.js';
import { DisclosuresAndVault1795478400300 } from './1795478400300-disclosures-and-vault.migration.js';
import { DeliveriesAndBarriers1795478400400 } from './1795478400400-deliveries-and-barriers.migration.js';
import { HoldsAndErasures1795478400500 } from './1795478400500-holds-and-erasures.migration.js';
import { QualityReportsAndCorrections1795478400600 } from './1795478400600-quality-reports-and-corrections.migration.js';
import { KeyRotations1795478400700 } from './1795478400700-key-rotations.migration.js';
import { RestrictionsAndObjections1795478400850 } from './1795478400850-restrictions-and-objections.migration.js';
import { ErasedMappings1795478400860 } from './1795478400860-erased-mappings.migration.js';
import { LookUps1795478401000 } from './1795478401000-look-ups.migration.js';
import { OnwardDisclosures1795478401100 } from './1795478401100-onward-disclosures.migration.js';
import { FrameworksOfAccessions1795478401200 } from './1795478401200-frameworks-of-accessions.migration.js';
import { HeldDeliveries1795478401300 } from './1795478401300-held-deliveries.migration.js';
import { LedgerInTheDisclosure1795478401400 } from './1795478401400-ledger-in-the-disclosure.migration.js';

/** What transfer adds to the tables of messaging and platform, in order. */
export const transferMigrations = [
  FactsOfProtocolsAndConsents1795478400100,
  SubjectsByKeyedHash1795478400200,
  DisclosuresAndVault1795478400300,
  DeliveriesAndBarriers1795478400400,
  HoldsAndErasures1795478400500,
  QualityReportsAndCorrections1795478400600,
  KeyRotations1795478400700,
  RestrictionsAndObjections1795478400850,
  ErasedMappings1795478400860,
  LookUps1795478401000,
  OnwardDisclosures1795478401100,
  FrameworksOfAccessions1795478401200,
  HeldDeliveries1795478401300,
  LedgerInTheDisclosure1795478401400,
];
