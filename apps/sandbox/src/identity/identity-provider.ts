import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider, type Adapter } from 'oidc-provider';
import { SandboxError } from '../sandbox-error.js';
import { readState, writeState } from '../state-file.js';
import type { PersonaStore } from './persona-store.js';

/** Where the identity provider stands below the sandbox's address. */
export const identityPath = '/sandbox/idp';

/** A working day: a token copied in the morning still works in the evening. */
const TOKEN_SECONDS = 12 * 60 * 60;

const RESOURCE = 'urn:convenant:installation';

/** An OpenID provider whose only clients are the personas, each by client credentials. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly jwksUri: string;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** A fresh access token, fetched from the token endpoint as any client would. */
  tokenFor(persona: string): Promise<{ token: string; expiresIn: number }>;
}

interface Keys {
  jwks: { keys: JWK[] };
  cookies: string[];
}

/**
 * @param options.issuerBase public address of the sandbox, what `iss` begins with
 * @param options.localBase address at which this process itself can be reached
 * @param options.keysFile signing key, kept so that a restart leaves tokens valid
 */
export async function createIdentityProvider(options: {
  issuerBase: string;
  localBase: string;
  audience: string;
  personas: PersonaStore;
  keysFile: string;
}): Promise<IdentityProvider> {
  const { personas, audience } = options;
  const issuer = `${options.issuerBase}${identityPath}`;
  const keys = await signingKeys(options.keysFile);
  const resourceServer = {
    scope: '',
    audience,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: TOKEN_SECONDS,
    jwt: { sign: { alg: 'ES256' as const } },
  };
  const provider = new Provider(issuer, {
    adapter: NothingToKeep,
    jwks: keys.jwks as never,
    cookies: { keys: keys.cookies },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clients: personas.all().map(({ name }) => ({
      client_id: name,
      client_secret: personas.secretOf(name),
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256' as const,
    })),
    ttl: { ClientCredentials: TOKEN_SECONDS },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => resourceServer,
        useGrantedResource: () => true,
      },
    },
    extraTokenClaims: (_context, token) => claimsOf(personas, (token as { clientId?: string }).clientId),
  });
  const callback = provider.callback();

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    handle(request, response) {
      // oidc-provider finds out where it is mounted by comparing the two.
      Object.assign(request, { originalUrl: request.url, url: request.url!.slice(identityPath.length) || '/' });
      void callback(request, response);
    },
    async tokenFor(persona) {
      const { name } = personas.get(persona);
      const response = await fetch(`${options.localBase}${identityPath}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${name}:${personas.secretOf(name)}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      const body = (await response.json()) as { access_token?: string; expires_in?: number; error?: string };
      if (!body.access_token)
        throw new SandboxError(502, 'TOKEN_NOT_ISSUED', `The identity provider said ${body.error}`);
      return { token: body.access_token, expiresIn: body.expires_in ?? TOKEN_SECONDS };
    },
  };
}

function claimsOf(personas: PersonaStore, client: string | undefined): Record<string, unknown> {
  const { party, roles, unit, secrecy } = personas.get(client ?? '');
  return { roles, secrecy, ...(party && { party }), ...(unit && { unit }) };
}

async function signingKeys(file: string): Promise<Keys> {
  const kept = await readState<Keys>(file);
  if (kept) return kept;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
  const keys = { jwks: { keys: [key] }, cookies: [randomBytes(24).toString('base64url')] };
  await writeState(file, keys);
  return keys;
}

/** Clients are configured and access tokens are self-contained, so the provider has no state of its own to keep. */
class NothingToKeep implements Adapter {
  async upsert(): Promise<undefined> {}
  async find(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async consume(): Promise<undefined> {}
  async destroy(): Promise<undefined> {}
  async revokeByGrantId(): Promise<undefined> {}
}
