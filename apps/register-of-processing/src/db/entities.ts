import { DisclosureFact } from './disclosure-fact.entity.js';
import { Dispute } from './dispute.entity.js';
import { EndDuty } from './end-duty.entity.js';
import { InformationDuty } from './information-duty.entity.js';
import { governanceEntities } from './governance.entities.js';
import { OfficerMail } from './officer-mail.entity.js';
import { Party, PartyContact, PartyDpo, PartyTopics } from './party.entity.js';
import { Protocol, ProtocolEnding, ProtocolEventRow } from './protocol.entity.js';
import { CorrectedReportFact, SubjectFact, WithdrawnConsentFact } from './rights-facts.entity.js';
import { ErasureFact, RegisterEntry, RegisterEntryLook, RegisterEntryVersion } from './register-entry.entity.js';
import { RightsRequest } from './rights-request.entity.js';
import { ProtocolSuspension } from './suspension.entity.js';
import { UserAuthorization } from './user-authorization.entity.js';

/** Every table that this app reads and writes as entities. */
export const registerEntities = [
  Party,
  PartyContact,
  PartyDpo,
  PartyTopics,
  Protocol,
  ProtocolEventRow,
  ProtocolEnding,
  ProtocolSuspension,
  EndDuty,
  Dispute,
  DisclosureFact,
  UserAuthorization,
  RightsRequest,
  InformationDuty,
  SubjectFact,
  WithdrawnConsentFact,
  CorrectedReportFact,
  ...governanceEntities,
  RegisterEntry,
  RegisterEntryVersion,
  RegisterEntryLook,
  ErasureFact,
  OfficerMail,
];
