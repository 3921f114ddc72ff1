import { canonicalJson, isDate, isPeriod } from '@convenant/kernel';
import { valueAt, withValueAt } from './json-pointer.js';
import type { PartyRole } from './primitives.js';
import type { ProtocolModel } from './protocol.schema.js';
import type { OpenPoint } from './transcription.schema.js';

/** What a party decided about a point that the text leaves open: who, in which capacity and when, kept beside the value. */
export interface PartyDecision {
  readonly openPointId: string;
  readonly value: string;
  readonly decidedBy: PartyRole;
  /** The office of the one who decided, never a name. */
  readonly capacity: string;
  /** Calendar date in Brussels. */
  readonly decidedOn: string;
}

/** A value of the effective model that comes from the parties and not from the text. */
export interface FilledPoint {
  readonly openPointId: string;
  readonly clause: string;
  readonly pointers: readonly string[];
  readonly value: string;
  readonly decisions: readonly PartyDecision[];
}

/** The protocol as it runs: the text, with the gaps that the parties have filled. */
export interface EffectiveProtocol {
  readonly model: ProtocolModel;
  readonly filled: readonly FilledPoint[];
}

/**
 * Fills the open points that the parties have settled. The last decision of each party counts; a point that several
 * parties must settle is filled only when all of them said the same.
 *
 * A decision never overwrites what the text says: only a null is filled. Decisions on points the file does not have, or
 * with a value the point does not take, fill nothing.
 */
export function applyDecisions(model: ProtocolModel, decisions: readonly PartyDecision[]): EffectiveProtocol {
  let effective = model;
  const filled: FilledPoint[] = [];
  for (const point of model.openPoints) {
    const settled = settledBy(point, decisions);
    if (!settled || !isOpen(model, point)) continue;
    const value = settled[0]!.value;
    for (const pointer of point.fills) effective = withValueAt(effective, pointer, value);
    filled.push({ openPointId: point.id, clause: point.clause, pointers: point.fills, value, decisions: settled });
  }
  return { model: effective, filled };
}

function settledBy(point: OpenPoint, decisions: readonly PartyDecision[]): PartyDecision[] | null {
  const last = point.decidedBy.map((party) =>
    decisions.findLast((decision) => decision.openPointId === point.id && decision.decidedBy === party),
  );
  if (!last.every((decision) => decision !== undefined && decisionFault(point, decision.value) === null)) return null;
  const agreed = last as PartyDecision[];
  return agreed.every((decision) => canonicalJson(decision.value) === canonicalJson(agreed[0]!.value)) ? agreed : null;
}

/** Why a value cannot settle an open point, or null when it can. Never repeats the value. */
export function decisionFault(point: OpenPoint, value: string): string | null {
  const { kind, choices } = point.value;
  if (typeof value !== 'string') return 'must be a string';
  if (value.length === 0 || value.length > 400) return 'must have 1 to 400 characters';
  switch (kind) {
    case 'choice':
      return choices?.includes(value) ? null : `must be one of ${choices?.join(', ')}`;
    case 'date':
      return isDate(value) ? null : 'must be an existing date YYYY-MM-DD';
    case 'period':
      return isPeriod(value) ? null : 'must be an ISO 8601 period, for example P6M';
    case 'mailbox':
      return /^[^\s@<>"(),;:\\[\]]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value) ? null : 'must be a mail address';
    case 'sha256':
      return /^[0-9a-f]{64}$/.test(value) ? null : 'must be a SHA-256 in lower-case hex';
    case 'text':
      return value.trim().length > 0 ? null : 'must not be blank';
  }
}

/** True while nothing fills the point. */
export function isOpen(model: ProtocolModel, point: OpenPoint): boolean {
  return point.fills.every((pointer) => valueAt(model, pointer) === null);
}

/** The open points that are still open and without which the protocol cannot be activated. */
export function undecidedPoints(effective: EffectiveProtocol): OpenPoint[] {
  return effective.model.openPoints.filter((point) => point.requiredForActivation && isOpen(effective.model, point));
}
