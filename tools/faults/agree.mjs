import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../launch/paths.mjs';

const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');
const ON = '2026-02-27';
const personas = {
  sender: { dpo: 'og-dpo', all: ['og-agency', 'og-team', 'og-dpo', 'og-signatory'], number: '0886.886.638' },
  receiver: {
    dpo: 'ocmw-dpo',
    all: ['ocmw-agency', 'ocmw-social-worker', 'ocmw-dpo', 'ocmw-mayor', 'ocmw-director'],
    number: '0212.169.781',
  },
};
/** @type {Record<string, string>} */
const decisions = {
  'client-declines': 'erase',
  'phase1-ceiling': 'P6M',
  'receiver-dpo-contact': 'dpo@ocmw.example',
  'residence-or-stay': 'residence',
  'notice-start': 'receipt',
  'agreement-hash': sha256('cooperation agreement'),
  'signature-date': ON,
};

/**
 * Two parties and the shipped protocol between them, in force, through the public interface.
 * @param {import('./client.mjs').Client} client
 * @returns {Promise<{ protocolId: string, receiver: string, points: string[], purpose: string }>}
 */
export async function agree(client) {
  await client.sandbox('POST', 'clock', { now: '2026-02-27T10:00:00+01:00' });
  const { issuer, jwksUri } = await client.sandbox('GET', 'issuer');
  const party = async (/** @type {'sender' | 'receiver'} */ side) => {
    const { dpo, all, number: enterpriseNumber } = personas[side];
    const { id } = await client.done('admin', 'register', 'parties', {
      name: `Party ${side}`,
      enterpriseNumber,
      ...{ issuer, jwksUri },
      contacts: [{ role: 'dpo', mailbox: `${dpo}@party.example` }],
      firstDpo: { sub: dpo },
    });
    for (const persona of all) await client.assign(persona, id);
    return id;
  };
  const parties = { sender: await party('sender'), receiver: await party('receiver') };
  const file = await readFile(join(root, 'protocols/opgroeien--ocmw-sint-gillis-waas.yaml'), 'utf8');
  const documentHash = sha256('the signed document');
  const draft = await client.done('og-agency', 'register', 'protocols', {
    ...{ parties, file, format: 'yaml', documentHash },
  });
  const { id: protocolId, dataHash, model, openPoints } = draft;
  const path = (/** @type {string} */ what) => `protocols/${protocolId}/${what}`;
  for (const { id } of openPoints) {
    const value = decisions[id];
    if (value === undefined) continue;
    const { decidedBy } = model.openPoints.find((/** @type {any} */ point) => point.id === id);
    for (const side of decidedBy) {
      const decision = { openPoint: id, value, capacity: 'functionaris voor gegevensbescherming', decidedOn: ON };
      await client.done(personas[/** @type {'sender'} */ (side)].dpo, 'register', path('decisions'), decision);
    }
  }
  const hashes = { documentHash, dataHash };
  for (const { dpo } of Object.values(personas)) {
    const opinion = { outcome: 'positive', givenOn: ON, followed: true, approvesTranscription: true, ...hashes };
    await client.done(dpo, 'register', path('opinions'), { ...opinion, opinionHash: sha256(dpo) });
  }
  for (const [persona, signatory] of [
    ['og-signatory', 'administrator-general'],
    ['ocmw-mayor', 'mayor'],
    ['ocmw-director', 'general-director'],
  ]) {
    const signature = { signatory, signedOn: ON, method: 'paper', ...hashes };
    await client.done(/** @type {string} */ (persona), 'register', path('signatures'), signature);
  }
  await client.sandbox('POST', 'clock', { now: new Date().toISOString() });
  return {
    protocolId,
    receiver: parties.receiver,
    points: model.consent.informationPoints.map((/** @type {any} */ { id }) => id),
    purpose: model.purposes[0].id,
  };
}
