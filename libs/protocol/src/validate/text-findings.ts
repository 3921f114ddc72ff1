import type { ProtocolModel } from '../model/protocol.schema.js';
import type { CrossReference } from '../model/transcription.schema.js';
import type { Finding } from './finding.js';
import { finding, partyWords } from './make-finding.js';

/** What is at odds in the wording itself, derived from how the file transcribes it; no protocol is known by name. */
export function textFindings(model: ProtocolModel): Finding[] {
  return [
    ...referenceFindings(model),
    ...markerFindings(model),
    ...termFindings(model),
    ...opinionFindings(model),
    ...signatureFindings(model),
    ...partyFindings(model),
  ];
}

function* referenceFindings(model: ProtocolModel): Iterable<Finding> {
  for (const [index, clause] of model.clauses.entries()) {
    for (const [position, reference] of (clause.crossReferences ?? []).entries()) {
      const place = {
        clause: clause.id,
        pointer: `/clauses/${index}/crossReferences/${position}`,
        words: { cites: reference.cites },
      };
      if (reference.kind === 'annex') {
        const agreement = model.linkedAgreements.findIndex(({ attached }) => !attached);
        if (agreement >= 0)
          yield finding('ANNEX_NOT_ATTACHED', { ...place, pointer: `/linkedAgreements/${agreement}/hash` });
      } else if (reference.target === null) {
        yield finding('PASSAGE_NOT_FOUND', place);
      } else if (!clausesAt(model, reference.target).length) {
        yield finding('REFERENCE_DANGLING', place);
      } else {
        const meant = standsElsewhere(model, reference);
        if (meant !== null)
          yield finding('REFERENCE_MISDIRECTED', { ...place, words: { cites: reference.cites, meant } });
      }
    }
  }
}

/** The clauses of an article: `3` is `3` itself or its parts `3-items`, `3-phase1`, … */
function clausesAt(model: ProtocolModel, target: string): string[] {
  return model.clauses.map(({ id }) => id).filter((id) => id === target || id.startsWith(`${target}-`));
}

/** The clause where the thing that a reference speaks of really stands, or null when the reference is right. */
function standsElsewhere(model: ProtocolModel, { target, about }: CrossReference): string | null {
  if (about === null || target === null) return null;
  const stands: Record<NonNullable<CrossReference['about']>, readonly string[]> = {
    dataItems: model.dataItems.map(({ clause }) => clause),
    purposes: model.purposes.map(({ clause }) => clause),
    duration: model.duration ? [model.duration.clause] : [],
    endings: model.endings.map(({ clause }) => clause),
    linkedAgreements: model.linkedAgreements.map(({ clause }) => clause),
    informationPoints: [model.consent.clause],
    legalBases: model.legalBases.map(({ clause }) => clause),
  };
  const cited = clausesAt(model, target);
  const places = stands[about];
  return places.length === 0 || places.some((clause) => cited.includes(clause)) ? null : places[0]!;
}

function* markerFindings(model: ProtocolModel): Iterable<Finding> {
  for (const [index, clause] of model.clauses.entries()) {
    for (const marker of clause.markers ?? []) {
      const kind = marker.kind === 'bracketed' ? 'TEXT_IN_BRACKETS' : 'TEXT_DAMAGED';
      yield finding(kind, { clause: clause.id, pointer: `/clauses/${index}/text`, words: { what: marker.what } });
    }
  }
}

function* termFindings(model: ProtocolModel): Iterable<Finding> {
  for (const [first, { concept }] of model.terms.entries()) {
    const terms = model.terms.filter((term) => term.concept === concept);
    const isFirst = terms[0] === model.terms[first];
    if (!isFirst || new Set(terms.map(({ word }) => word)).size < 2) continue;
    yield finding('TERMS_DIFFER', {
      clause: terms[0]!.clause,
      pointer: `/terms/${first}`,
      openPoint: terms.find(({ openPoint }) => openPoint !== undefined)?.openPoint,
      words: { words: terms.map(({ word, clause }) => `${word} (${clause})`).join(', ') },
    });
  }
}

function* opinionFindings(model: ProtocolModel): Iterable<Finding> {
  for (const [index, opinion] of model.opinions.entries()) {
    const place = { clause: opinion.clause, pointer: `/opinions/${index}` };
    if (opinion.on === null) yield finding('OPINION_UNDATED', place);
    if (opinion.outcome === 'unstated') yield finding('OPINION_WITHOUT_OUTCOME', place);
    if (opinion.about === 'draft') yield finding('OPINION_ON_DRAFT', place);
    const later = model.linkedAgreements.find(({ concludedOn }) => opinion.on !== null && opinion.on < concludedOn);
    if (later) yield finding('OPINION_OLDER_THAN_AGREEMENT', { ...place, words: { concludedOn: later.concludedOn } });
  }
}

function* signatureFindings({ signature, entryIntoForce }: ProtocolModel): Iterable<Finding> {
  if (signature.on !== null) return;
  const place = { clause: signature.clause, pointer: '/signature/on' };
  if (entryIntoForce.kind === 'onSignature') yield finding('SIGNATURE_DATE_BLANK', place);
  else yield finding('SIGNATURE_DATE_INCOMPLETE', { ...place, words: { stated: signature.stated ?? '' } });
}

function* partyFindings({ parties }: ProtocolModel): Iterable<Finding> {
  for (const role of ['sender', 'receiver'] as const) {
    const party = parties[role];
    if (party.kboScope === 'wholeAuthority' && party.unitCode === null) {
      yield finding('ENTERPRISE_NUMBER_SHARED', { clause: party.clause, pointer: `/parties/${role}/unitCode` });
    }
    if (party.dpo.contact === null) {
      yield finding('DPO_CONTACT_ABSENT', {
        clause: party.dpo.clause,
        pointer: `/parties/${role}/dpo/contact`,
        words: { party: partyWords[role] },
      });
    }
  }
}
