import { Inject, Injectable } from '@nestjs/common';
import { Vault } from '@convenant/vault';
import { selectEndpoint, type SourceEndpointRow } from '../db/route.statements.js';
import type { Queries } from '../db/statement.js';
import type { SourceEndpoint } from './source-connector.js';

/** Origins that the operator of the installation lets sources be asked at: setting SOURCE_ORIGINS. */
export class SourceOrigins {
  private readonly origins: ReadonlySet<string>;

  constructor(setting: string) {
    this.origins = new Set(setting.split(/\s+/).filter((origin) => origin !== ''));
  }

  allows(url: string): boolean {
    return URL.canParse(url) && this.origins.has(new URL(url).origin);
  }
}

/** Where values of a protocol are fetched by each of its routes; secrets lie sealed. */
@Injectable()
export class SourceEndpoints {
  constructor(
    @Inject(Vault) private readonly vault: Vault,
    @Inject(SourceOrigins) private readonly origins: SourceOrigins,
  ) {}

  async seal(id: string, bearerToken: string | undefined) {
    if (bearerToken === undefined) return { ciphertext: null, wrapped_key: null };
    const content = Buffer.from(bearerToken);
    const { ciphertext, wrappedKey } = await this.vault.seal(content, binding(id));
    content.fill(0);
    return { ciphertext, wrapped_key: wrappedKey };
  }

  /** Null when none is set, or its origin is allowed no more. */
  async find(queries: Queries, protocolId: string, routeId: string): Promise<SourceEndpoint | null> {
    const [row] = await queries.query<SourceEndpointRow>(selectEndpoint(protocolId, routeId));
    if (!row || !this.origins.allows(row.url)) return null;
    const { id, url, ciphertext, wrapped_key: wrappedKey } = row;
    if (ciphertext === null || wrappedKey === null) return { url };
    const secret = await this.vault.open({ ciphertext, wrappedKey }, binding(id));
    const bearerToken = secret.toString();
    secret.fill(0);
    return { url, bearerToken };
  }
}

const binding = (id: string) => ({ ownerId: id, part: 'sourceEndpoint', items: [], generation: 1 });
