import { LocalKeyring, Vault } from '@convenant/vault';
import pg from 'pg';
import { filesUnder } from './places.js';

/** An envelope as a row of the vault had it. */
export interface OldEnvelope {
  disclosureId: string;
  part: string;
  items: string[];
  generation: number;
  ciphertext: Buffer;
  wrappedKey: Buffer;
}

/** Every envelope in a database of transfer, superseded ones too. */
export async function envelopesIn(url: string): Promise<OldEnvelope[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<OldEnvelope>(
      `SELECT disclosure_id AS "disclosureId", part, items, generation, ciphertext, wrapped_key AS "wrappedKey"
         FROM vault_envelope ORDER BY disclosure_id, part, generation`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** Somebody who has the key-encryption keys that there are now, and the code of the vault. */
export class KeyHolder {
  private constructor(
    private readonly vault: Vault,
    readonly generations: readonly number[],
  ) {}

  static async of(keyringFile: string): Promise<KeyHolder> {
    const keyring = await LocalKeyring.open(keyringFile, { create: false });
    return new KeyHolder(new Vault(keyring), await keyring.generations());
  }

  /**
   * What an envelope holds, by the key beside it or by any other.
   * @returns the content, or the name of the error that stands in the way
   */
  async open(envelope: OldEnvelope, wrappedKey = envelope.wrappedKey): Promise<Buffer | string> {
    const { disclosureId: ownerId, part, items, generation, ciphertext } = envelope;
    try {
      return await this.vault.open({ ciphertext, wrappedKey }, { ownerId, part, items, generation });
    } catch (error) {
      return (error as Error).name;
    }
  }

  /** Whatever lies under a folder and could be a data key wrapped under one of these generations, each once. */
  async keysUnder(folder: string): Promise<Buffer[]> {
    const found = new Map<string, Buffer>();
    const heads = this.generations.map((generation) => Buffer.from([1, 0, 0, generation >>> 8, generation & 0xff]));
    for await (const [, bytes] of filesUnder(folder)) {
      for (const head of heads) {
        for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 1)) {
          const key = bytes.subarray(at, at + WRAPPED_KEY_BYTES);
          // A run of zeros is no nonce.
          if (key.length === WRAPPED_KEY_BYTES && !key.subarray(head.length, head.length + 4).equals(ZEROS)) {
            found.set(key.toString('latin1'), Buffer.from(key));
          }
        }
      }
    }
    return [...found.values()];
  }
}

/** Format, generation, nonce, key, tag. */
const WRAPPED_KEY_BYTES = 1 + 4 + 12 + 32 + 16;
const ZEROS = Buffer.alloc(4);
