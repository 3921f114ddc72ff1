import { InformationDutiesController } from './http/information-duties.controller.js';
import { RightsController } from './http/rights.controller.js';
import { RightsConsumer } from './kafka/rights.consumer.js';
import { AdvanceInformation } from './use-cases/advance-information-duty.use-case.js';
import { AlertOfInformationDuties } from './use-cases/alert-of-information-duties.use-case.js';
import { AnswerRights } from './use-cases/answer-rights-request.use-case.js';
import { BeginInformationDuty } from './use-cases/begin-information-duty.use-case.js';
import { ExemptInformation } from './use-cases/exempt-information-duty.use-case.js';
import { ExtendRights } from './use-cases/extend-rights-request.use-case.js';
import { FulfilInformation } from './use-cases/fulfil-information-duty.use-case.js';
import { InformationDuties } from './use-cases/information-duties.js';
import { NoteOnwardDisclosure } from './use-cases/note-onward-disclosure.use-case.js';
import { ReceiveRights } from './use-cases/receive-rights-request.use-case.js';
import { RecordRightEnforced } from './use-cases/record-right-enforced.use-case.js';
import { RefuseRights } from './use-cases/refuse-rights-request.use-case.js';
import { RemindOfRights } from './use-cases/remind-of-rights.use-case.js';
import { RightsRequests } from './use-cases/rights-requests.js';

/** Requests of data subjects and the duty to inform them. */
export const rightsControllers = [RightsController, InformationDutiesController, RightsConsumer];
export const rightsProviders = [
  RightsRequests,
  ReceiveRights,
  ExtendRights,
  AnswerRights,
  RefuseRights,
  RemindOfRights,
  RecordRightEnforced,
  InformationDuties,
  BeginInformationDuty,
  NoteOnwardDisclosure,
  AdvanceInformation,
  FulfilInformation,
  ExemptInformation,
  AlertOfInformationDuties,
];
