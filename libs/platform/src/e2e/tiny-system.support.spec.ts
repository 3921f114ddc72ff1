import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@convenant/kernel';
import { createTestDatabase, type TestDatabase } from '@convenant/testing';
import pg from 'pg';
import { platformMigrations, trustIssuer, type Problem } from '../index.js';
import { Issuer } from './issuer.support.spec.js';
import { startTiny, tinySettings } from './tiny-service.support.spec.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: Problem;
}

type CallOptions = RequestInit & { token?: string | undefined };

/** A running service, two registered parties with their issuers, and the issuer of the installation. */
export class TinySystem {
  readonly partyA = newId();
  readonly partyB = newId();
  readonly note = { id: newId(), text: 'a note' };

  private constructor(
    readonly admin: Issuer,
    readonly ofA: Issuer,
    readonly ofB: Issuer,
    readonly database: TestDatabase,
  ) {}

  app!: NestFastifyApplication;
  url!: string;

  static async start(): Promise<TinySystem> {
    const [admin, ofA, ofB, database] = await Promise.all([
      Issuer.start(),
      Issuer.start(['ES256', 'RS256', 'EdDSA', 'ES384']),
      Issuer.start(),
      createTestDatabase({ service: 'tiny', migrations: platformMigrations }),
    ]);
    const system = new TinySystem(admin, ofA, ofB, database);
    await register(database, system.partyA, ofA);
    await register(database, system.partyB, ofB);
    const settings = tinySettings(database, { ADMIN_ISSUER: admin.url, ADMIN_JWKS_URI: admin.jwksUri });
    Object.assign(system, await startTiny(settings));
    return system;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await Promise.all([this.admin, this.ofA, this.ofB].map((issuer) => issuer.stop()));
    await this.database.drop();
  }

  agency(): Promise<string> {
    return this.ofA.token({ party: this.partyA, roles: ['agency'] });
  }

  administrator(): Promise<string> {
    return this.admin.token({ roles: ['installation-admin'] });
  }

  async call(path: string, { token, ...init }: CallOptions = {}): Promise<Answer> {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(init.headers as object) };
    const response = await fetch(`${this.url}${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Problem };
  }

  post(path: string, token: string | undefined, body: unknown, headers: object = {}): Promise<Answer> {
    return this.call(path, {
      method: 'POST',
      token,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': newId(), ...headers },
    });
  }

  write(token: string | undefined, body: unknown = this.note, headers: object = {}): Promise<Answer> {
    return this.post('/register/v1/notes', token, body, headers);
  }
}

/** As the replica does it. */
export async function register(database: TestDatabase, partyId: string, issuer: Issuer): Promise<void> {
  const client = new pg.Client({ connectionString: database.runtimeUrl });
  await client.connect();
  await trustIssuer(client, { partyId, issuer: issuer.url, jwksUri: issuer.jwksUri });
  await client.end();
}
