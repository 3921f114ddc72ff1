import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Queryable } from '../database/requirements.js';

/** Where the keys of an issuer are, for one party or for the administration of the installation. */
export interface TrustedIssuer {
  issuer: string;
  jwksUri: string;
}

const FETCH_TIMEOUT = 3_000;
const COOLDOWN = 30_000;
const CACHE_MAX_AGE = 600_000;

/**
 * Knows which issuer may speak for which party, and holds its keys.
 *
 * The table is read for each token that is not remembered, so a party registered a moment ago is accepted at once. Keys are
 * kept per address; an unknown key id makes a new fetch at most every 30 s, a fetch ends after 3 s (real time).
 */
export class TrustedIssuers {
  private readonly keySets = new Map<string, JWTVerifyGetKey>();

  constructor(
    private readonly database: Queryable,
    private readonly admin: TrustedIssuer | undefined,
  ) {}

  /** The issuer registered for `party`, if it is `issuer`. */
  async ofParty(party: string, issuer: string): Promise<TrustedIssuer | undefined> {
    const rows = (await this.database.query(
      'SELECT issuer, jwks_uri AS "jwksUri" FROM trusted_issuer WHERE party = $1 AND issuer = $2',
      [party, issuer],
    )) as TrustedIssuer[];
    return rows[0];
  }

  /** The issuer from the settings that may name an `installation-admin`. */
  ofInstallation(issuer: string): TrustedIssuer | undefined {
    return this.admin?.issuer === issuer ? this.admin : undefined;
  }

  keysOf(trusted: TrustedIssuer): JWTVerifyGetKey {
    let keys = this.keySets.get(trusted.jwksUri);
    if (!keys) {
      keys = createRemoteJWKSet(new URL(trusted.jwksUri), {
        timeoutDuration: FETCH_TIMEOUT,
        cooldownDuration: COOLDOWN,
        cacheMaxAge: CACHE_MAX_AGE,
      });
      this.keySets.set(trusted.jwksUri, keys);
    }
    return keys;
  }
}

/**
 * Records which issuer speaks for a party from now on; the same again changes nothing. Runs on the caller's transaction.
 *
 * The register calls it when it registers a party; every other service gets it from `party.registered`.
 */
export async function trustIssuer(
  transaction: Queryable,
  party: { partyId: string; issuer: string; jwksUri: string },
): Promise<void> {
  await transaction.query(
    `INSERT INTO trusted_issuer (party, issuer, jwks_uri) VALUES ($1, $2, $3)
     ON CONFLICT (party) DO UPDATE SET issuer = excluded.issuer, jwks_uri = excluded.jwks_uri`,
    [party.partyId, party.issuer, party.jwksUri],
  );
}
