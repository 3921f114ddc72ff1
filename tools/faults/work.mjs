import { setTimeout as delay } from 'node:timers/promises';

const values = [
  { item: 'name', fields: { firstName: 'Zoë', lastName: 'Voorbeeldmans' } },
  { item: 'contact', fields: { street: 'Proefstraat 12', postalCode: '9170', municipality: 'Sint-Gillis-Waas' } },
];
/** A client that asks whether its withdrawal is enforced gives up after so long; faults may hold it back. */
const ENFORCED_MS = 20_000;

/**
 * One case worker: registers a client, tells and asks him, refers him, and in most cases lets him withdraw at any moment
 * around the referral. Again and again, until `until` (`performance.now()`).
 * @param {import('./client.mjs').Client} client
 * @param {Awaited<ReturnType<typeof import('./agree.mjs').agree>>} agreed
 * @param {import('./random.mjs').Random} random
 * @param {number} until
 */
export async function work(client, agreed, random, until) {
  while (performance.now() < until) {
    const subjectRef = await register(client, agreed, random);
    if (!subjectRef) continue;
    for (let left = random.between(1, 4); left > 0 && performance.now() < until; left -= 1) {
      const consent = await giveConsent(client, agreed, random, subjectRef);
      if (consent) await refer(client, agreed, random, { subjectRef, consent });
    }
  }
}

/** @typedef {{ subjectRef: string, consent: { id: string, version: number } }} Case */

/**
 * @param {import('./client.mjs').Client} client @param {any} agreed @param {import('./random.mjs').Random} random
 * @returns {Promise<string | undefined>}
 */
async function register(client, { protocolId }, random) {
  const body = { protocolId, agencyCaseRef: `case ${random.uuid()}` };
  const options = {
    names: (/** @type {any} */ { subjectRef }) => [subjectRef],
    again: random.chance(0.2),
  };
  const { answer } = await client.command('og-team', 'transfer', 'subjects', body, options);
  return answer?.subjectRef;
}

/**
 * @param {import('./client.mjs').Client} client @param {any} agreed @param {import('./random.mjs').Random} random
 * @param {string} subjectRef @returns {Promise<{ id: string, version: number } | undefined>}
 */
async function giveConsent(client, { protocolId, receiver, points, purpose }, random, subjectRef) {
  const person = { subjectRef, protocolId };
  const again = random.chance(0.2);
  const told = { ...person, noticeVersion: '2026-02', language: 'nl', informationPoints: points };
  const notice = await client.command('og-team', 'consent', 'notices', told, { again });
  if (notice.status !== 201) return undefined;
  const recipient = { party: receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' };
  const asked = { noticeId: notice.answer.id, decision: 'given', purpose, items: ['name', 'contact'], method: 'oral' };
  const { status, answer } = await client.command(
    'og-team',
    'consent',
    'consents',
    { ...person, ...asked, recipient },
    { again },
  );
  return status === 201 ? { id: answer.id, version: answer.version } : undefined;
}

/**
 * @param {import('./client.mjs').Client} client @param {any} agreed @param {import('./random.mjs').Random} random
 * @param {Case} of
 */
async function refer(client, agreed, random, { subjectRef, consent }) {
  const { protocolId, receiver, purpose } = agreed;
  const ask = () => {
    const seen = [{ aggregateId: consent.id, version: consent.version }];
    const recipient = { party: receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' };
    const body = { protocolId, subjectRef, consentId: consent.id, seen, purpose, items: values, recipient };
    const options = { under: [consent.id], again: random.chance(0.2) };
    return client.command('og-team', 'transfer', 'disclosures', { ...body, channel: { kind: 'mail7zip' } }, options);
  };
  const withdraws = random.chance(0.7);
  const wait = random.between(0, 80);
  const asked = ask();
  if (!withdraws) return void (await asked);
  await delay(wait);
  const id = await withdraw(client, consent.id);
  await asked;
  // Whoever was told that it is enforced may rely on it.
  if (id && (await isEnforced(client, id, consent.id))) await ask();
}

/** @param {import('./client.mjs').Client} client @param {string} consentId @returns {Promise<string | undefined>} */
async function withdraw(client, consentId) {
  const options = {
    names: (/** @type {any} */ answer) => [answer.id],
    wrote: () => [consentId],
  };
  const { status, answer } = await client.command('og-team', 'consent', 'withdrawals', { consentId }, options);
  return status === 201 ? answer.id : undefined;
}

/** @param {import('./client.mjs').Client} client @param {string} id @param {string} consentId */
async function isEnforced(client, id, consentId) {
  const until = performance.now() + ENFORCED_MS;
  while (performance.now() < until) {
    const view = await client.get('og-team', 'consent', `withdrawals/${id}`);
    if (view?.state === 'enforced') {
      client.enforced.push({ subject: consentId, at: performance.now() });
      return true;
    }
    await delay(50);
  }
  return false;
}
