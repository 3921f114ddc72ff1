import { dateOf, isDate } from '@convenant/kernel';
import { applyDecisions, decisionFault, isOpen } from '../model/apply-decisions.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { events, illegal, notNow } from './outcomes.js';
import type { ProtocolCommand, ProtocolDecision } from './protocol-commands.js';
import { stageOf, type ProtocolState, type VersionState } from './protocol-state.js';

type Command<T extends ProtocolCommand['type']> = Extract<ProtocolCommand, { type: T }>;

/** A first draft, or a new version: before signing it replaces the draft, later the current version goes on beside it. */
export function decideDraft(state: ProtocolState, command: Command<'draft' | 'amend'>): ProtocolDecision {
  const { model, documentHash, dataHash } = command;
  const version = state.lastVersion + 1;
  if (command.type === 'draft') {
    if (state.lastVersion > 0) return notNow(state, 'a first draft');
    return events({ type: 'protocol.drafted', data: { version, model, documentHash, dataHash } });
  }
  if (state.ended || state.lastVersion === 0 || state.scheduled) return notNow(state, 'an amendment');
  const last = state.draft ?? state.current;
  if (last?.documentHash === documentHash && last.dataHash === dataHash) {
    return illegal('CONFLICT', `Version ${last.version} says the same: document and data have its hashes`);
  }
  const [kept, changed] = [last!.model, model];
  const standsFor = ({ kind, framework, reference }: ProtocolModel) =>
    JSON.stringify([kind, framework ?? null, kind === 'framework' ? reference : null]);
  if (standsFor(kept) !== standsFor(changed)) {
    return illegal('CONFLICT', 'A new version keeps its kind, its framework and the reference to which others acceded');
  }
  return events({
    type: 'protocol.amended',
    data: { version, model, documentHash, dataHash, replaces: state.lastVersion },
  });
}

/** The DPO's opinion on exactly this draft. One that is not followed needs its reasons on record. */
export function decideOpinion(state: ProtocolState, command: Command<'recordOpinion'>, now: number): ProtocolDecision {
  const { draft } = state;
  if (!draft || state.ended) return notNow(state, 'an opinion');
  const { type: _, commander, ...opinion } = command;
  const { opinions, parties } = draft.model;
  const clause = opinions.find(({ party }) => party === commander.party)?.clause ?? parties[commander.party].dpo.clause;
  if (!commander.roles.includes('dpo'))
    return illegal('OPINION_NOT_BY_DPO', 'An opinion is recorded by a data protection officer of a party', {
      clause,
    });
  const fault = hashFault(draft, command, clause) ?? dateFault('givenOn', command.givenOn, now);
  if (fault) return fault;
  if (!command.followed && command.reasonsHash === undefined) {
    return illegal('INPUT_INVALID', 'An opinion that is not followed needs its reasons', {
      clause: draft.model.regime.clause,
    });
  }
  return events({
    type: 'protocol.opinion.recorded',
    data: { version: draft.version, by: commander.party, ...opinion },
  });
}

/** A party fills an open point of the text: of the draft where there is one, else of the current version while it is still open. */
export function decideGap(state: ProtocolState, command: Command<'decideGap'>, now: number): ProtocolDecision {
  const version = state.draft ?? state.current;
  if (!version || state.ended) return notNow(state, 'a decision');
  const point = version.model.openPoints.find(({ id }) => id === command.openPoint);
  if (!point) return illegal('INPUT_INVALID', `The protocol has no open point ${command.openPoint}`);
  const { clause } = point;
  const by = command.commander.party;
  if (!point.decidedBy.includes(by))
    return illegal('FORBIDDEN', `Open point ${point.id} is for the ${point.decidedBy.join(' and ')} to decide`, {
      clause,
    });
  const fault = decisionFault(point, command.value);
  if (fault) return illegal('INPUT_INVALID', `The value for ${point.id} ${fault}`, { clause });
  const wrongDate = dateFault('decidedOn', command.decidedOn, now);
  if (wrongDate) return wrongDate;
  if (version === state.current && !isOpen(applyDecisions(version.model, version.decisions).model, point)) {
    return illegal('CONFLICT', `Open point ${point.id} is settled; a version in force changes by amendment`, {
      clause,
    });
  }
  const { value, capacity, decidedOn } = command;
  const decisions = [...version.decisions, { openPointId: point.id, value, decidedBy: by, capacity, decidedOn }];
  const settled = applyDecisions(version.model, decisions).filled.some(({ openPointId }) => openPointId === point.id);
  return events({
    type: 'protocol.gap.decided',
    data: { version: version.version, openPoint: point.id, clause, value, by, capacity, decidedOn, settled },
  });
}

/** A named signatory signs, after both opinions, the same document and data that the DPOs saw. */
export function decideSignature(state: ProtocolState, command: Command<'sign'>, now: number): ProtocolDecision {
  const { draft } = state;
  if (!draft || state.ended || stageOf(draft) !== 'opined') return notNow(state, 'a signature');
  const by = command.commander.party;
  const named = draft.model.parties[by].signatories.find(({ id }) => id === command.signatory);
  if (!named || !command.commander.roles.includes('signatory')) {
    return illegal(
      'SIGNATORY_NOT_NAMED',
      `The protocol does not name ${command.signatory} as a signatory of the ${by}`,
      { clause: draft.model.parties[by].clause },
    );
  }
  const fault = hashFault(draft, command, named.clause) ?? dateFault('signedOn', command.signedOn, now);
  if (fault) return fault;
  if (draft.signatures.some((signature) => signature.by === by && signature.signatory === named.id)) {
    return illegal('CONFLICT', `${named.id} has signed version ${draft.version}`, { clause: named.clause });
  }
  const { signatory, signedOn, method, documentHash, dataHash } = command;
  return events({
    type: 'protocol.signed',
    data: { version: draft.version, by, signatory, capacity: named.capacity, signedOn, method, documentHash, dataHash },
  });
}

function hashFault(
  draft: VersionState,
  command: { documentHash: string; dataHash: string },
  clause: string,
): ProtocolDecision | null {
  return command.documentHash === draft.documentHash && command.dataHash === draft.dataHash
    ? null
    : illegal('DOCUMENT_HASH_MISMATCH', `The hashes are not those of version ${draft.version}`, { clause });
}

/** Something that was done lies on an existing day that is not ahead. */
export function dateFault(name: string, date: string, now: number): ProtocolDecision | null {
  if (!isDate(date)) return illegal('INPUT_INVALID', `${name} must be an existing date YYYY-MM-DD`);
  return date > dateOf(now) ? illegal('INPUT_INVALID', `${name} lies ahead`) : null;
}
