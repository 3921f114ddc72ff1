import { LocalKeyring } from '@convenant/vault';
import type { Database } from '../db/database.js';
import { anySealed } from '../db/envelope.statements.js';

/**
 * Opens the keyring. A new one is made only while nothing has been sealed: in place of a lost one it would hide that
 * everything sealed is lost.
 * @throws KeyringRefused
 */
export async function openKeyring(keyringFile: string, database: Database): Promise<LocalKeyring> {
  const [{ sealed }] = (await database.query<{ sealed: boolean }>(anySealed)) as [{ sealed: boolean }];
  return LocalKeyring.open(keyringFile, { create: !sealed });
}
