import { Inject, Injectable } from '@nestjs/common';
import type { LookUpRequest } from '@convenant/contracts';
import { type Clock, DomainError } from '@convenant/kernel';
import { Blocks, CLOCK, type WriteTransaction } from '@convenant/messaging';
import {
  decideDisclosure,
  type DisclosureFacts,
  type DisclosureRequest,
  type DisclosureVerdict,
  type ProtocolModel,
  type Route,
  routeInUse,
  type SubjectFacts,
  type UserFacts,
} from '@convenant/protocol';
import type { CallerIdentity } from '@convenant/platform';
import { Facts, type KnownProtocol } from '../../db/facts.js';
import { countLookUps } from '../../db/look-up.statements.js';
import { selectActiveFallbacks } from '../../db/route.statements.js';
import { selectUserFact, type UserFactRow } from '../../db/user-fact.statements.js';
import { disclosureRequest } from '../../domain/disclosure-request.js';
import { notFound, roleIn } from '../../domain/protocol-access.js';
import { SourceEndpoints } from '../../source/source-endpoints.js';

/** How many look-ups one user may make in a period, where the protocol does not say: settings LOOK_UP_BUDGET and _PERIOD. */
export class LookUpBudget {
  constructor(
    readonly limit: number,
    readonly period: string,
  ) {}
}

/** The facts that every look-up of one command is decided on. */
export interface LookUpFacts {
  readonly protocol: KnownProtocol;
  readonly model: ProtocolModel;
  readonly route: Route;
  readonly user: UserFactRow | null;
  /** False where nobody has said yet where that route is asked. */
  readonly reachable: boolean;
  readonly now: number;
  readonly facts: DisclosureFacts;
}

/** Loads the facts of look-ups inside the caller's transaction and decides on each; writes nothing. */
@Injectable()
export class DecideLookUp {
  constructor(
    @Inject(Facts) private readonly facts: Facts,
    @Inject(Blocks) private readonly blocks: Blocks,
    @Inject(SourceEndpoints) private readonly endpoints: SourceEndpoints,
    @Inject(LookUpBudget) private readonly budget: LookUpBudget,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (nothing is looked up under this protocol) */
  async load(tx: WriteTransaction, caller: CallerIdentity, { protocolId, task }: LookUpRequest): Promise<LookUpFacts> {
    const protocol = await this.facts.protocol(tx, protocolId);
    if (!protocol || !roleIn(protocol.facts.parties, caller.party)) throw notFound('Protocol', protocolId);
    const { versions } = protocol.facts;
    const now = this.clock.now();
    const { model } =
      versions.find(({ effectiveFrom }) => effectiveFrom !== null && effectiveFrom <= now) ?? versions[0]!;
    if (model.lookups === null) {
      throw new DomainError('CONFLICT', `Under protocol ${protocolId} the sender discloses: nothing is looked up`);
    }
    const active = await tx.query<{ route_id: string }>(selectActiveFallbacks(protocolId));
    const activeFallbacks = active.map(({ route_id }) => route_id);
    const route = routeInUse(model, activeFallbacks);
    const [user = null] = await tx.query<UserFactRow>(selectUserFact(protocolId, caller.userRef, task));
    const blocked = user !== null && (await this.blocks.isBlocked(tx, user.authorization_id));
    const own = model.lookups.users.budget;
    const { limit, period } = own ? { limit: own.lookUps, period: own.period } : this.budget;
    const counted = await tx.query<{ spent: number }>(countLookUps(protocolId, caller.userRef, new Date(now), period));
    return {
      protocol,
      model,
      route,
      user,
      reachable: (await this.endpoints.find(tx, protocolId, route.id)) !== null,
      now,
      facts: {
        protocol: protocol.facts,
        consent: null,
        user: user && userFacts(user, blocked),
        activeFallbacks,
        budget: { spent: counted[0]!.spent, limit, clause: own?.clause ?? null },
      },
    };
  }

  /** @param already look-ups of the same command that were decided before this one */
  decide(
    loaded: LookUpFacts,
    caller: CallerIdentity,
    body: LookUpRequest,
    named: {
      readonly kind: string;
      readonly absent?: readonly string[];
      readonly subjectRef: string;
      readonly stops?: SubjectFacts;
    },
    already: number,
  ): { readonly request: DisclosureRequest; readonly verdict: DisclosureVerdict } {
    const { facts, route, now } = loaded;
    const base = disclosureRequest(asDisclosure(loaded, caller, body, named.subjectRef), caller, now);
    const request: DisclosureRequest = {
      ...base,
      channel: { kind: route.kind, route: route.id },
      lookup: { identifierKind: named.kind, absentKinds: named.absent ?? [], task: body.task },
    };
    const budget = { ...facts.budget!, spent: facts.budget!.spent + already };
    const verdict = decideDisclosure(request, { ...facts, budget, ...(named.stops ? { subject: named.stops } : null) });
    if (verdict.verdict !== 'permitted' || loaded.reachable) return { request, verdict };
    return { request, verdict: { verdict: 'gap', missing: [`route/${route.id}`], clause: route.clause } };
  }
}

/** The same request in the shape of a disclosure that the sender would ask for: without values. */
export function asDisclosure(
  { route }: Pick<LookUpFacts, 'route'>,
  caller: CallerIdentity,
  { protocolId, purpose, items, category }: LookUpRequest,
  subjectRef: string,
) {
  return {
    protocolId,
    subjectRef,
    purpose,
    items: items.map((item) => ({ item, fields: {} })),
    recipient: { party: caller.party!, unit: caller.unit ?? 'none', category },
    channel: { kind: route.kind },
  };
}

function userFacts(row: UserFactRow, blocked: boolean): UserFacts {
  const { supervisor } = row;
  return {
    userRef: row.user_ref,
    state: row.revoked_at === null ? 'authorized' : 'revoked',
    task: row.task,
    capacity: row.capacity,
    unit: row.unit,
    secrecy: row.secrecy,
    items: row.items,
    supervisor: 'office' in supervisor ? supervisor.office : supervisor.userRef,
    validFrom: row.valid_from.getTime(),
    validUntil: row.valid_until.getTime(),
    blocked,
  };
}
