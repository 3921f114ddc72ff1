import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@convenant/kernel';

/** References made with the installation's key: the same in every service, meaningless without the key. */
export class KeyedReferences {
  // Made once: turning bytes into a key costs more than the HMAC itself.
  private readonly key: KeyObject;
  // A key of its own, so that a fingerprint can never be mistaken for a reference to a person.
  private readonly fingerprintKey: KeyObject;

  /** @param base64Key setting `USER_REF_KEY`, 32 bytes */
  constructor(base64Key: string) {
    const bytes = Buffer.from(base64Key, 'base64');
    if (bytes.length !== 32) throw new RangeError('USER_REF_KEY is not 32 bytes');
    this.key = createSecretKey(bytes);
    this.fingerprintKey = createSecretKey(createHmac('sha256', this.key).update('convenant.fingerprint.v1').digest());
  }

  /** `u_` and the base64url HMAC of issuer and subject: who acted, without saying who. */
  userRef(issuer: string, sub: string): string {
    return `u_${createHmac('sha256', this.key).update(`${issuer}\n${sub}`).digest('base64url')}`;
  }

  /**
   * Tells whether two commands are the same command: HMAC over method, route template, path parameters and the canonical
   * body (RFC 8785), so the order of keys and white space do not matter and the stored value reveals no body.
   */
  fingerprint(command: { method: string; route: string; params: unknown; body: unknown }): string {
    const { method, route, params, body } = command;
    return createHmac('sha256', this.fingerprintKey)
      .update(canonicalJson([method, route, params ?? {}, body ?? null]))
      .digest('base64url');
  }
}
