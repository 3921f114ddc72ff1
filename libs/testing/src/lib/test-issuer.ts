import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

/** Claims of a caller as a party's issuer states them. */
export interface TestClaims {
  sub: string;
  roles: string[];
  /** Absent for an installation-admin. */
  party?: string;
  unit?: string;
  secrecy?: boolean;
  client_id?: string;
}

/** An identity provider of a spec's own: publishes its key over HTTP and signs tokens that last five minutes. */
export class TestIssuer {
  private constructor(
    private readonly server: Server,
    private readonly privateKey: CryptoKey,
    /** Also the `iss` of its tokens. */
    readonly url: string,
  ) {}

  /** Listens on a free loopback port. */
  static async start(): Promise<TestIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'test', use: 'sig' }];
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestIssuer(server, privateKey, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  get jwksUri(): string {
    return `${this.url}/jwks`;
  }

  token({ sub, ...claims }: TestClaims, audience = 'convenant'): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setIssuer(this.url)
      .setAudience(audience)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(this.privateKey);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
