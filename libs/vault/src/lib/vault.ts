import { createSecretKey, randomBytes } from 'node:crypto';
import {
  DATA_KEY_BYTES,
  type EnvelopeBinding,
  keyGenerationOf,
  NONCE_BYTES,
  openBody,
  sealBody,
  type SealedEnvelope,
  unwrapKey,
  wrapKey,
} from './envelope.js';
import type { KeyProvider } from './key-provider.js';

/** Of one envelope: its data key, and a nonce each for the body and the wrapped key. */
const RANDOM_BYTES = DATA_KEY_BYTES + 2 * NONCE_BYTES;

/**
 * Seals and opens envelopes: AES-256-GCM, every envelope under a data key of its own, wrapped under the current
 * key-encryption key. Destroying an envelope's row therefore erases its content and nobody else's.
 *
 * Plaintext data keys are overwritten after use. What `open` returns belongs to the caller, who overwrites it.
 *
 * @see GDPR Art. 32(1)(a), Art. 17
 */
export class Vault {
  constructor(private readonly keys: KeyProvider) {}

  async seal(plaintext: Uint8Array, binding: EnvelopeBinding): Promise<SealedEnvelope> {
    return (await this.sealAll([{ plaintext, binding }]))[0]!;
  }

  /** Each in an envelope and under a data key of its own; the provider is asked once. */
  async sealAll(contents: readonly { plaintext: Uint8Array; binding: EnvelopeBinding }[]): Promise<SealedEnvelope[]> {
    const { key, generation } = await this.keys.current();
    const kek = { key: createSecretKey(key), generation };
    // Asked for once: each asking costs as much as sealing a small content.
    const randomness = randomBytes(contents.length * RANDOM_BYTES);
    try {
      return contents.map(({ plaintext, binding }, i) => {
        const own = randomness.subarray(i * RANDOM_BYTES, (i + 1) * RANDOM_BYTES);
        const dataKey = own.subarray(0, DATA_KEY_BYTES);
        const bodyNonce = own.subarray(DATA_KEY_BYTES, DATA_KEY_BYTES + NONCE_BYTES);
        const keyNonce = own.subarray(DATA_KEY_BYTES + NONCE_BYTES);
        return {
          ciphertext: sealBody(dataKey, bodyNonce, plaintext, binding),
          wrappedKey: wrapKey(kek, keyNonce, dataKey, binding),
        };
      });
    } finally {
      randomness.fill(0);
    }
  }

  /**
   * @throws EnvelopeDamaged when any byte or the binding differs from what was sealed
   * @throws KeyUnavailable when the key-encryption key was destroyed
   */
  async open(envelope: SealedEnvelope, binding: EnvelopeBinding): Promise<Buffer> {
    const dataKey = await this.dataKey(envelope.wrappedKey, binding);
    try {
      return openBody(dataKey, envelope.ciphertext, binding);
    } finally {
      dataKey.fill(0);
    }
  }

  /**
   * The same data key under the current key-encryption key, for rotation: the content is not touched. The caller stores
   * it only where the wrapped key is still the one that was read.
   */
  async rewrap(wrappedKey: Buffer, binding: EnvelopeBinding): Promise<Buffer> {
    const kek = await this.keys.current();
    const dataKey = await this.dataKey(wrappedKey, binding);
    try {
      return wrapKey(
        { key: createSecretKey(kek.key), generation: kek.generation },
        randomBytes(NONCE_BYTES),
        dataKey,
        binding,
      );
    } finally {
      dataKey.fill(0);
    }
  }

  private async dataKey(wrappedKey: Buffer, binding: EnvelopeBinding): Promise<Buffer> {
    const kek = await this.keys.generation(keyGenerationOf(wrappedKey));
    return unwrapKey(kek.key, wrappedKey, binding);
  }
}
