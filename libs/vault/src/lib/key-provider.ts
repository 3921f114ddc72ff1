/** One generation of the key-encryption key. The key wraps data keys and nothing else. */
export interface KeyEncryptionKey {
  /** Rises by one with each rotation; stands in every wrapped key. */
  readonly generation: number;
  /** 32 bytes. Belongs to the provider: never written to, never stored. */
  readonly key: Buffer;
}

/**
 * Where key-encryption keys come from. Data keys are wrapped locally: the provider sees neither data keys nor values.
 *
 * Keys stay in memory and out of every database and its backups. A generation that was destroyed cannot be handed out
 * again, and what it wrapped is erased with it: that is the erasure horizon.
 */
export interface KeyProvider {
  /** The generation under which new envelopes are sealed. */
  current(): Promise<KeyEncryptionKey>;
  /** @throws KeyUnavailable when this generation does not exist (destroyed, or of another keyring) */
  generation(generation: number): Promise<KeyEncryptionKey>;
}

/** A provider whose generations the installation's operator changes. */
export interface KeyRotation extends KeyProvider {
  /** The generations that exist, rising. */
  generations(): Promise<number[]>;
  /**
   * Adds a generation. Every process seals under it from its next envelope on; a transaction that was open at this moment
   * may still commit one under the older.
   */
  rotate(): Promise<number>;
  /**
   * Destroys a generation for ever; one that does not exist any more is no error.
   * @throws RangeError for the current generation
   */
  destroy(generation: number): Promise<void>;
}

/** A generation of the key-encryption key that the provider does not have. What it wrapped cannot be read. */
export class KeyUnavailable extends Error {
  constructor(readonly generation: number) {
    super(`The key provider has no generation ${generation} of the key-encryption key`);
    this.name = 'KeyUnavailable';
  }
}
