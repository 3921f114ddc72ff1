import { LocalKeyring, Vault } from '@convenant/vault';
import type { Database } from '../db/database.js';
import { anySealed } from '../db/envelope.statements.js';

/**
 * Opens the keyring and the vault over it. A keyring is made only while nothing has been sealed: in place of a lost one it
 * would hide that everything sealed is lost.
 * @throws KeyringRefused
 */
export async function openVault(keyringFile: string, database: Database): Promise<Vault> {
  const [{ sealed }] = (await database.query<{ sealed: boolean }>(anySealed)) as [{ sealed: boolean }];
  return new Vault(await LocalKeyring.open(keyringFile, { create: !sealed }));
}
