import {
  applyDecisions,
  governingVersion,
  type PartyDecision,
  type ProtocolModel,
  type RetentionRule,
} from '@convenant/protocol';

/** What a party decided on an open point of one version. */
export type VersionDecision = PartyDecision & { readonly version: number };

/** An activated version of a protocol whose day has not come. */
export interface UpcomingVersion {
  readonly version: number;
  readonly model: ProtocolModel;
  /** Epoch milliseconds, UTC. */
  readonly effectiveFrom: number;
  /** `aggregateversion` of the last fact that can change its rules. */
  readonly revision: number;
}

/** What of a protocol decides how long values are kept. */
export interface ProtocolRules {
  readonly version: number;
  readonly model: ProtocolModel;
  readonly decisions: VersionDecision[];
  readonly rules: RetentionRule[];
  readonly revision: number;
  readonly upcoming: UpcomingVersion[];
}

/** The retention rules of a version, with what the parties decided on what its text leaves open. */
export function rulesOf(model: ProtocolModel, version: number, decisions: readonly VersionDecision[]): RetentionRule[] {
  return applyDecisions(
    model,
    decisions.filter((decision) => decision.version === version),
  ).model.retention.rules;
}

/**
 * The rules after a decision on an open point. One on a version that is not in force changes nothing yet; it counts from that
 * version's day on.
 */
export function afterDecision(before: ProtocolRules, decision: VersionDecision, revision: number): ProtocolRules {
  const decisions = [...before.decisions, decision];
  if (decision.version === before.version) {
    return { ...before, decisions, revision, rules: rulesOf(before.model, before.version, decisions) };
  }
  const upcoming = before.upcoming.map((next) => (next.version === decision.version ? { ...next, revision } : next));
  return { ...before, decisions, upcoming };
}

/** A version that was activated: it waits for its day, which may have come. */
export function afterActivation(before: ProtocolRules, next: UpcomingVersion, now: number): ProtocolRules {
  const upcoming = [...before.upcoming.filter(({ version }) => version !== next.version), next];
  return inForce({ ...before, upcoming }, now);
}

/**
 * The rules at `now`. The version in force governs everything that is kept under the protocol, also what was received under
 * an earlier one: how long the receiver may keep is what both parties agree today.
 */
export function inForce(before: ProtocolRules, now: number): ProtocolRules {
  const last = governingVersion(before.upcoming, now);
  if (last === null) return before;
  const { version, model } = last;
  return {
    version,
    model,
    revision: Math.max(before.revision, last.revision),
    decisions: before.decisions,
    rules: rulesOf(model, version, before.decisions),
    // What a later version overtook before its own day never governs.
    upcoming: before.upcoming.filter((next) => next.version > last.version),
  };
}
