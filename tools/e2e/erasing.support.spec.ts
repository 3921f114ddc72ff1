import { expect } from '@jest/globals';
import type { InstallationClient } from '@convenant/sandbox';
import { eventually } from '@convenant/testing';
import type { KeyHolder, OldEnvelope } from './old-backup.js';

/** The same database on another server. */
export function onServer(url: string, server: string): string {
  const [database, admin] = [new URL(url), new URL(server)];
  admin.pathname = database.pathname;
  return admin.href;
}

/** The receiver says that the client wants no help: due at once. */
export async function declined(client: InstallationClient, disclosureId: string): Promise<void> {
  const trigger = { disclosureId, kind: 'contactOutcome', outcome: 'declined' };
  const { status, body } = await client.command('ocmw-agency', '/retention/v1/triggers', trigger);
  expect({ status, code: body.code }).toEqual({ status: 201, code: undefined });
}

/** The data of the attestation of each, once the trail has them all. */
export async function attestedFor(
  client: InstallationClient,
  protocolId: string,
  disclosures: readonly string[],
): Promise<any[]> {
  const path = `/audit/v1/entries?protocolId=${protocolId}&type=erasure.attested&limit=500`;
  return eventually(
    async () => {
      const { body } = await client.get('ocmw-dpo', path);
      const found = (body.items as any[]).map(({ data }) => data).filter((data) => data.scope === 'vault');
      const ours = disclosures.map((id) => found.find(({ disclosureId }) => disclosureId === id));
      return ours.every((one) => one !== undefined) && ours;
    },
    { what: 'every erasure is attested', deadlineMs: 60_000 },
  ) as Promise<any[]>;
}

/**
 * As the operator: a new generation, all that lives wrapped under it, a backup confirmed, the older generations destroyed.
 * @returns the keys as they are then
 */
export async function destroyOldKeys(client: InstallationClient): Promise<any> {
  const command = async (path: string, request?: unknown) => {
    const { status, body } = await client.command('admin', `/transfer/v1/keys/${path}`, request);
    expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
    return body;
  };
  const rotated = (id: string, state: string) =>
    eventually(async () => (await client.get('admin', `/transfer/v1/keys/rotations/${id}`)).body.state === state, {
      what: `the rotation is ${state}`,
      deadlineMs: 30_000,
    });
  const { id } = await command('rotations');
  await rotated(id, 'rewrapped');
  const { body: clock } = await client.sandbox('GET', 'clock');
  await command(`rotations/${id}/destruction`, { backupConfirmedAt: clock.now });
  await rotated(id, 'destroyed');
  return (await client.get('ocmw-dpo', '/transfer/v1/keys')).body;
}

/**
 * Tries every data key that lies anywhere in the files and that the holder could unwrap on every old envelope.
 * @returns which were opened
 */
export async function openedByAnyKey(
  holder: KeyHolder,
  old: readonly OldEnvelope[],
  folders: readonly string[],
): Promise<string[]> {
  const keys = (await Promise.all(folders.map((folder) => holder.keysUnder(folder)))).flat();
  // Those of what lives on, at least: persons and signing keys.
  expect(keys.length).toBeGreaterThan(1);
  const opened: string[] = [];
  for (const envelope of old) {
    for (const key of keys) {
      if (Buffer.isBuffer(await holder.open(envelope, key))) opened.push(`${envelope.part} ${envelope.disclosureId}`);
    }
  }
  return opened;
}
