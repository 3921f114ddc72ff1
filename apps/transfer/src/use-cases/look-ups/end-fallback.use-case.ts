import { Inject, Injectable } from '@nestjs/common';
import { routeFallbackEnded } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { controllerOfTransfer } from '@convenant/protocol';
import { Facts } from '../../db/facts.js';
import { endFallback, type RouteFallbackRow, selectFallback } from '../../db/route.statements.js';
import { notFound, roleIn } from '../../domain/protocol-access.js';
import { RouteFallbacks } from './route-fallbacks.js';

/** Goes back to the agreed route; the controller of the transfer is that of the route again. */
@Injectable()
export class EndFallback {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(RouteFallbacks) private readonly fallbacks: RouteFallbacks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN (the receiver), CONFLICT (ended before) */
  async execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.end(tx, id, caller, info);
        return { status: 201, result: { id } };
      },
      answer: () => this.fallbacks.view(id),
    });
  }

  private async end(tx: WriteTransaction, id: string, caller: CallerIdentity, info: CommandInformation): Promise<void> {
    const [row] = await tx.query<RouteFallbackRow>(selectFallback(id));
    const protocol = row && (await this.facts.protocol(tx, row.protocol_id));
    const role = protocol && roleIn(protocol.facts.parties, caller.party);
    if (!row || !role) throw notFound('Route fallback', id);
    if (role !== 'sender') throw new DomainError('FORBIDDEN', 'Which route is in use is for the sending party to say');
    const { protocol_id: protocolId, protocol_version: protocolVersion, of_route: of, route_id: route } = row;
    const at = this.clock.now();
    if ((await tx.query(endFallback(id, new Date(at)))).length === 0) {
      throw new DomainError('CONFLICT', `Route fallback ${id} has ended already`, { clause: row.clause });
    }
    const { model } = protocol!.facts.versions.find(({ version }) => version === protocolVersion)!;
    const agreed = model.routes.find((candidate) => candidate.id === of)!;
    await tx.append(routeFallbackEnded, {
      subject: id,
      data: {
        fallbackId: id,
        protocolId,
        protocolVersion,
        byParty: caller.party!,
        route,
        of,
        controllerOfTransfer: controllerOfTransfer(agreed),
        endedAt: formatInstant(at),
        clause: agreed.clause,
      },
      context: info.context,
      protocolId,
      protocolVersion,
      clause: agreed.clause,
      occurredAt: at,
    });
  }
}
