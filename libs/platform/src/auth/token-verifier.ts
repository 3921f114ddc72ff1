import { hash } from 'node:crypto';
import { BoundedMap, DomainError, isUuid } from '@convenant/kernel';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { isCanonicalToken } from './canonical-token.js';
import type { KeyedReferences } from './keyed-references.js';
import { roles as knownRoles, type CallerIdentity, type Role } from './roles.js';
import type { TrustedIssuer, TrustedIssuers } from './trusted-issuers.js';

const REMEMBERED_FOR = 60_000;
const REMEMBERED_AT_MOST = 10_000;
const algorithms = ['RS256', 'ES256', 'EdDSA'];

/**
 * Verifies bearer tokens and says who calls.
 *
 * - A `party` claim counts only when the token is signed by the issuer registered for that party.
 * - Without a party only the issuer of the installation counts, and only as `installation-admin`; that role with a party is
 *   refused.
 * - A verified token is remembered for at most 60 s and never past its expiry, by its digest. Real time, never `Clock`.
 */
export class TokenVerifier {
  private readonly remembered = new BoundedMap<string, { caller: CallerIdentity; until: number }>(REMEMBERED_AT_MOST);

  constructor(
    private readonly issuers: TrustedIssuers,
    private readonly references: KeyedReferences,
    private readonly audience: string,
  ) {}

  /**
   * @param authorization the header as it came
   * @throws DomainError UNAUTHENTICATED; UNAVAILABLE when the keys of the issuer cannot be fetched
   */
  async verify(authorization: string | undefined): Promise<CallerIdentity> {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw unauthenticated('An Authorization header with a bearer token is needed');

    // By its exact spelling: what is remembered was canonical.
    const digest = hash('sha256', token, 'base64');
    const known = this.remembered.get(digest);
    if (known && known.until > Date.now()) return known.caller;
    this.remembered.delete(digest);
    if (!isCanonicalToken(token)) throw unauthenticated('The token is not a JWT in canonical base64url');

    const trusted = await this.trustedIssuerOf(token);
    const payload = await this.verifySignature(token, trusted);
    const caller = this.callerOf(payload);
    this.remember(digest, caller, payload.exp!);
    return caller;
  }

  /** Chosen by claims that are not verified yet: they only choose which keys must fit. */
  private async trustedIssuerOf(token: string): Promise<TrustedIssuer> {
    let claims: JWTPayload;
    try {
      claims = decodeJwt(token);
    } catch (error) {
      throw unauthenticated('The token has no readable claims', error);
    }
    const { iss, party } = claims;
    if (typeof iss !== 'string') throw unauthenticated('The token names no issuer');
    if (party !== undefined && !isUuid(party)) throw unauthenticated('The party claim is not a UUID');
    const trusted = party === undefined ? this.issuers.ofInstallation(iss) : await this.issuers.ofParty(party, iss);
    if (!trusted) throw unauthenticated('The issuer of the token does not speak for that party here');
    return trusted;
  }

  private async verifySignature(token: string, trusted: TrustedIssuer): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.issuers.keysOf(trusted), {
        algorithms,
        issuer: trusted.issuer,
        audience: this.audience,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired', error);
      if (error instanceof errors.JWTClaimValidationFailed) {
        throw unauthenticated(`The claim ${error.claim} of the token is not what is needed here`, error);
      }
      if (isRefusalOfToken(error)) throw unauthenticated('The signature of the token does not verify', error);
      throw new DomainError(
        'UNAVAILABLE',
        'The keys of the issuer cannot be fetched: try again later',
        {},
        { cause: error },
      );
    }
  }

  private callerOf(payload: JWTPayload): CallerIdentity {
    const { iss, sub, party, unit } = payload as JWTPayload & { party?: string; unit?: unknown };
    if (typeof sub !== 'string' || sub === '' || sub.length > 200) throw unauthenticated('The claim sub is not usable');
    const roles = rolesOf(payload.roles);
    if (party !== undefined && roles.includes('installation-admin')) {
      throw unauthenticated('installation-admin is never a role within a party');
    }
    if (party === undefined && !roles.every((role) => role === 'installation-admin')) {
      throw unauthenticated('A role within a party needs the claim party');
    }
    const userRef = this.references.userRef(iss!, sub);
    const client = [payload.client_id, payload.azp].find(
      (id) => typeof id === 'string' && id !== '' && id.length <= 200,
    );
    return {
      ...(party === undefined ? {} : { party }),
      roles,
      sub,
      issuer: iss!,
      ...(typeof unit === 'string' && unit !== '' ? { unit } : {}),
      secrecy: payload.secrecy === true,
      userRef,
      client: (client as string | undefined) ?? userRef,
      expiresAt: payload.exp! * 1000,
    };
  }

  private remember(digest: string, caller: CallerIdentity, exp: number): void {
    this.remembered.set(digest, { caller, until: Math.min(Date.now() + REMEMBERED_FOR, exp * 1000) });
  }
}

function rolesOf(claim: unknown): Role[] {
  if (!Array.isArray(claim)) return [];
  return knownRoles.filter((role) => claim.includes(role));
}

/** The token is at fault; anything else (timeout, refused connection, not a key set) is the issuer's. */
function isRefusalOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

function unauthenticated(detail: string, cause?: unknown): DomainError {
  return new DomainError('UNAUTHENTICATED', detail, {}, { cause });
}
