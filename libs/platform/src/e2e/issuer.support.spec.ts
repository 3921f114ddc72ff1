import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** A real identity provider, as far as a service can tell: keys over HTTP and tokens signed with them. */
export class Issuer {
  fetches = 0;
  private constructor(
    private readonly server: Server,
    private readonly keys: { kid: string; alg: string; privateKey: CryptoKey }[],
    readonly url: string,
  ) {}

  static async start(algorithms = ['ES256']): Promise<Issuer> {
    const pairs = await Promise.all(
      algorithms.map(async (alg) => ({
        alg,
        kid: `key-${alg}`,
        ...(await generateKeyPair(alg, { extractable: true })),
      })),
    );
    const published = await Promise.all(
      pairs.map(async ({ publicKey, alg, kid }) => ({ ...(await exportJWK(publicKey)), alg, kid, use: 'sig' })),
    );
    const server = createServer((_request, response) => {
      issuer.fetches += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new Issuer(server, pairs, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return issuer;
  }

  get jwksUri(): string {
    return `${this.url}/keys`;
  }

  /** A token of this issuer; `claims` replace the usual ones. */
  token(claims: JWTPayload, options: { alg?: string; signedBy?: Issuer } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const from = options.signedBy ?? this;
    const key = from.keys.find((candidate) => !options.alg || candidate.alg === options.alg)!;
    return new SignJWT({ iss: this.url, aud: 'convenant', sub: 'person-1', iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
