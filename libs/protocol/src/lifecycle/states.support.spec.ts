import { parseInstant } from '@convenant/kernel';
import { noProtocol, type ProtocolCommand, type ProtocolState, type ProtocolStatus } from '../index.js';
import {
  agreement,
  allDecisions,
  amendment,
  draft,
  gapDecision,
  given,
  og,
  opinion,
  signature,
} from '../protocol-files.support.spec.js';

export const by = (party: 'sender' | 'receiver') => ({ commander: { party, roles: ['signatory'] } });
export const violation = { clauses: ['4'], evidenceHash: 'e'.repeat(64) };
export const later = parseInstant('2026-06-15T10:00:00Z');
export const ogActive = given(agreement(og));

export const commands: Record<string, ProtocolCommand> = {
  draft: draft(og),
  amend: amendment(og),
  recordOpinion: opinion('sender'),
  decideGap: gapDecision(allDecisions(og).find(({ openPointId }) => openPointId === 'destruction-basis')!),
  sign: signature('sender', 'administrator-general'),
  activate: { type: 'activate' },
  suspend: { type: 'suspend', ...by('receiver') },
  resume: { type: 'resume', ...by('sender') },
  giveNotice: { type: 'giveNotice', ...by('receiver') },
  terminate: { type: 'terminate', ...by('sender'), violation },
  revoke: { type: 'revoke', ...by('sender') },
  assertLapse: { type: 'assertLapse', ...by('sender'), instrument: 'Decree', lapsedOn: '2026-06-01' },
  endLinkedAgreement: {
    type: 'endLinkedAgreement',
    ...by('sender'),
    agreement: 'cooperation-agreement',
    endedOn: '2026-06-10',
  },
  conclude: { type: 'conclude' },
};

// Everything decided and signed but for one required decision: signed, and waiting.
export const waiting = given([
  draft(og),
  opinion('sender'),
  opinion('receiver'),
  signature('sender', 'administrator-general'),
  signature('receiver', 'mayor'),
  signature('receiver', 'general-director'),
]);
export const states: Record<ProtocolStatus, ProtocolState> = {
  none: noProtocol,
  drafted: given([draft(og)]),
  opined: given([draft(og), opinion('sender'), opinion('receiver')]),
  signed: waiting,
  active: given([
    draft(og),
    ...allDecisions(og)
      .filter(({ openPointId }) => openPointId !== 'destruction-basis')
      .map(gapDecision),
    opinion('sender'),
    opinion('receiver'),
    signature('sender', 'administrator-general'),
    signature('receiver', 'mayor'),
    signature('receiver', 'general-director'),
  ]),
  suspended: given([{ type: 'suspend', ...by('sender') }], later, ogActive),
  noticeGiven: given([{ type: 'giveNotice', ...by('sender') }], later, ogActive),
  ended: given([{ type: 'terminate', ...by('sender'), violation }], later, ogActive),
};
export const possible: Record<ProtocolStatus, readonly string[]> = {
  none: ['draft'],
  drafted: ['amend', 'recordOpinion', 'decideGap'],
  opined: ['amend', 'recordOpinion', 'decideGap', 'sign'],
  signed: ['amend', 'recordOpinion', 'decideGap'],
  active: ['amend', 'decideGap', 'suspend', 'giveNotice', 'terminate', 'assertLapse', 'endLinkedAgreement'],
  suspended: ['amend', 'resume', 'giveNotice', 'terminate', 'assertLapse', 'endLinkedAgreement'],
  noticeGiven: ['suspend', 'terminate', 'assertLapse', 'endLinkedAgreement'],
  ended: [],
};
