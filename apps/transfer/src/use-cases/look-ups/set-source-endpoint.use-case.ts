import { Inject, Injectable } from '@nestjs/common';
import type { SetSourceEndpointRequest, SourceEndpointView } from '@convenant/contracts';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../../db/database.js';
import { Facts } from '../../db/facts.js';
import { selectEndpoint, type SourceEndpointRow, upsertEndpoint } from '../../db/route.statements.js';
import { notFound, roleIn } from '../../domain/protocol-access.js';
import { SourceEndpoints, SourceOrigins } from '../../source/source-endpoints.js';

/** Says where the values of a protocol are fetched by one of its routes. The sending party does, whose source it is. */
@Injectable()
export class SetSourceEndpoint {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(SourceEndpoints) private readonly endpoints: SourceEndpoints,
    @Inject(SourceOrigins) private readonly origins: SourceOrigins,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID (no such route, an origin that the operator does not allow) */
  async execute(caller: CallerIdentity, info: CommandInformation, body: SetSourceEndpointRequest) {
    const { protocolId, route, url, bearerToken } = body;
    if (!this.origins.allows(url)) {
      throw fault('/url', 'must be at an origin that the operator of the installation allows (SOURCE_ORIGINS)');
    }
    const id = newId();
    return this.commands.run<SourceEndpointView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [protocolId],
      work: async (tx) => {
        const protocol = await this.facts.protocol(tx, protocolId);
        const role = protocol && roleIn(protocol.facts.parties, caller.party);
        if (!role) throw notFound('Protocol', protocolId);
        if (role !== 'sender') throw new DomainError('FORBIDDEN', 'The sending party says where its source is asked');
        const known = protocol.facts.versions.flatMap(({ model }) => (model.lookups ? model.routes : []));
        if (!known.some((candidate) => candidate.id === route))
          throw fault('/route', 'must be a route of its look-ups');
        const sealed = await this.endpoints.seal(id, bearerToken);
        const row = { id, protocol_id: protocolId, route_id: route, url, ...sealed, set_at: new Date(tx.now) };
        await tx.query(upsertEndpoint(row));
        return { status: 201, result: { protocolId, route } };
      },
      answer: () => this.view(protocolId, route),
    });
  }

  private async view(protocolId: string, routeId: string): Promise<SourceEndpointView> {
    const [row] = (await this.database.query<SourceEndpointRow>(selectEndpoint(protocolId, routeId))) as [
      SourceEndpointRow,
    ];
    const { id, route_id: route, url, ciphertext, set_at: setAt } = row;
    return { id, protocolId, route, url, authenticated: ciphertext !== null, setAt: formatInstant(setAt.getTime()) };
  }
}

function fault(name: string, detail: string): DomainError {
  return new DomainError('INPUT_INVALID', 'The source cannot be asked there', {
    faults: [{ in: 'body', name, detail }],
  });
}
