import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@convenant/kernel';

/**
 * What an envelope is bound to. The binding is authenticated and not stored inside: an envelope moved to another row,
 * another generation or another list of items does not open.
 */
export interface EnvelopeBinding {
  /** Id of what the envelope belongs to: the disclosure, or the subject of a mapping. */
  readonly ownerId: string;
  /** What the envelope holds, for example `values`, `archive`, `passphrase`. */
  readonly part: string;
  /** Names of the data items inside; their order does not matter. */
  readonly items: readonly string[];
  /** Generation of the content: a corrected or partly erased content is a new generation under a new key. */
  readonly generation: number;
}

/** What is stored. Both parts are opaque bytes in the format that the README describes. */
export interface SealedEnvelope {
  readonly ciphertext: Buffer;
  readonly wrappedKey: Buffer;
}

/** The envelope was altered, belongs to another binding, or was sealed under another key. It says no more than that. */
export class EnvelopeDamaged extends Error {
  constructor(options?: ErrorOptions) {
    super('The envelope does not open: altered, moved, or sealed under another key', options);
    this.name = 'EnvelopeDamaged';
  }
}

export const DATA_KEY_BYTES = 32;
const FORMAT = 1;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAP_HEADER_BYTES = 5;
const WRAPPED_BYTES = WRAP_HEADER_BYTES + NONCE_BYTES + DATA_KEY_BYTES + TAG_BYTES;

/** Additional authenticated data: canonical JSON of the binding, with the use, so that body and key never stand in for each other. */
function associatedData(use: 'body' | 'key', binding: EnvelopeBinding): Buffer {
  const { ownerId, part, generation } = binding;
  return Buffer.from(
    canonicalJson({ format: FORMAT, use, ownerId, part, generation, items: [...binding.items].sort() }),
  );
}

// Ciphers are given key objects: finding out that bytes are none costs Node four times as much as the encryption. The object's
// copy of the key is cleared by OpenSSL when the object is collected; the caller overwrites the bytes.
function encrypt(key: KeyObject, nonce: Buffer, header: Buffer, plaintext: Uint8Array, aad: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.concat([header, aad]));
  return Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, headerBytes: number, sealed: Buffer, aad: Buffer): Buffer {
  if (sealed.length < headerBytes + NONCE_BYTES + TAG_BYTES || sealed[0] !== FORMAT) throw new EnvelopeDamaged();
  const body = sealed.subarray(headerBytes + NONCE_BYTES, sealed.length - TAG_BYTES);
  const decipher = createDecipheriv(
    'aes-256-gcm',
    createSecretKey(key),
    sealed.subarray(headerBytes, headerBytes + NONCE_BYTES),
    {
      authTagLength: TAG_BYTES,
    },
  );
  decipher.setAAD(Buffer.concat([sealed.subarray(0, headerBytes), aad]));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plaintext = decipher.update(body);
  try {
    decipher.final();
    return plaintext;
  } catch (cause) {
    // What update() gave back is not authenticated: nobody may see it.
    plaintext.fill(0);
    throw new EnvelopeDamaged({ cause });
  }
}

const BODY_HEADER = Buffer.from([FORMAT]);

/** @param nonce random, never used before */
export function sealBody(dataKey: Buffer, nonce: Buffer, plaintext: Uint8Array, binding: EnvelopeBinding): Buffer {
  return encrypt(createSecretKey(dataKey), nonce, BODY_HEADER, plaintext, associatedData('body', binding));
}

/** @throws EnvelopeDamaged */
export function openBody(dataKey: Buffer, ciphertext: Buffer, binding: EnvelopeBinding): Buffer {
  return decrypt(dataKey, 1, ciphertext, associatedData('body', binding));
}

/** A key-encryption key with its generation, as `wrapKey` takes it. */
export interface WrappingKey {
  readonly key: KeyObject;
  readonly generation: number;
}

/** @param nonce random, never used before */
export function wrapKey(
  { key, generation }: WrappingKey,
  nonce: Buffer,
  dataKey: Buffer,
  binding: EnvelopeBinding,
): Buffer {
  const header = Buffer.alloc(WRAP_HEADER_BYTES);
  header[0] = FORMAT;
  header.writeUInt32BE(generation, 1);
  return encrypt(key, nonce, header, dataKey, associatedData('key', binding));
}

/** @throws EnvelopeDamaged */
export function unwrapKey(kek: Buffer, wrappedKey: Buffer, binding: EnvelopeBinding): Buffer {
  if (wrappedKey.length !== WRAPPED_BYTES) throw new EnvelopeDamaged();
  return decrypt(kek, WRAP_HEADER_BYTES, wrappedKey, associatedData('key', binding));
}

/**
 * The generation of the key-encryption key that wrapped this data key, read without any key.
 * @throws EnvelopeDamaged when it is no wrapped key
 */
export function keyGenerationOf(wrappedKey: Buffer): number {
  if (wrappedKey.length !== WRAPPED_BYTES || wrappedKey[0] !== FORMAT) throw new EnvelopeDamaged();
  return wrappedKey.readUInt32BE(1);
}
