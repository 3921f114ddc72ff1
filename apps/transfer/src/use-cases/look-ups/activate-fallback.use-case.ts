import { Inject, Injectable } from '@nestjs/common';
import { type ActivateFallbackRequest, routeFallbackActivated } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { controllerOfTransfer } from '@convenant/protocol';
import { Facts, type KnownProtocol } from '../../db/facts.js';
import { countRouteFailures, insertFallback } from '../../db/route.statements.js';
import { notFound, roleIn } from '../../domain/protocol-access.js';
import { RouteFallbacks } from './route-fallbacks.js';

/** How far back failures by the agreed route are counted beside the party's word. */
const COUNTED_MS = 30 * 86_400_000;

/**
 * Puts on record that the agreed route does not cooperate, and from then on goes by the fallback that the protocol names. With
 * it the controller of the transfer changes.
 */
@Injectable()
export class ActivateFallback {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(RouteFallbacks) private readonly fallbacks: RouteFallbacks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (the receiver), INPUT_INVALID (no fallback), CONFLICT (active, or not in force) */
  async execute(caller: CallerIdentity, info: CommandInformation, body: ActivateFallbackRequest) {
    const id = newId();
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.activate(tx, id, caller, info, body);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.fallbacks.view(result['id'] as string),
    });
  }

  private async activate(
    tx: WriteTransaction,
    id: string,
    caller: CallerIdentity,
    info: CommandInformation,
    { protocolId, route: routeId, reason, evidenceHash }: ActivateFallbackRequest,
  ): Promise<void> {
    const protocol = await this.facts.protocol(tx, protocolId);
    const { version, model } = senderIn(protocol, caller, protocolId, this.clock.now());
    const route = model.routes.find((candidate) => candidate.id === routeId);
    if (!route?.fallback) {
      throw new DomainError('INPUT_INVALID', 'The protocol knows no such fallback', {
        faults: [{ in: 'body', name: '/route', detail: 'must be a route that the protocol names as a fallback' }],
      });
    }
    const { of } = route.fallback;
    const controller = controllerOfTransfer(route);
    const at = this.clock.now();
    const since = new Date(at - COUNTED_MS);
    const counted = await tx.query<{ failures: number }>(countRouteFailures(protocolId, of, since));
    const { failures } = counted[0]!;
    const inserted = await tx.query(
      insertFallback({
        id,
        protocol_id: protocolId,
        protocol_version: version,
        route_id: route.id,
        of_route: of,
        by_party: caller.party!,
        reason,
        evidence_hash: evidenceHash ?? null,
        failures,
        controller,
        clause: route.clause,
        activated_at: new Date(at),
      }),
    );
    if (inserted.length === 0) {
      throw new DomainError('CONFLICT', `A fallback for ${of} is active already`, { clause: route.clause });
    }
    await tx.append(routeFallbackActivated, {
      subject: id,
      data: {
        fallbackId: id,
        protocolId,
        protocolVersion: version,
        byParty: caller.party!,
        route: route.id,
        of,
        reason,
        ...(evidenceHash ? { evidenceHash } : null),
        failures,
        controllerOfTransfer: controller,
        activatedAt: formatInstant(at),
        clause: route.clause,
      },
      context: info.context,
      protocolId,
      protocolVersion: version,
      clause: route.clause,
      occurredAt: at,
    });
  }
}

/** The version in force, for its sender. @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT */
export function senderIn(protocol: KnownProtocol | null, caller: CallerIdentity, protocolId: string, now: number) {
  const role = protocol && roleIn(protocol.facts.parties, caller.party);
  if (!role) throw notFound('Protocol', protocolId);
  if (role !== 'sender') throw new DomainError('FORBIDDEN', 'Which route is in use is for the sending party to say');
  const inForce = protocol.facts.versions.find(
    ({ effectiveFrom, endedAt }) =>
      effectiveFrom !== null && effectiveFrom <= now && (endedAt == null || endedAt > now),
  );
  if (!inForce) throw new DomainError('CONFLICT', `Protocol ${protocolId} is not in force`);
  return inForce;
}
