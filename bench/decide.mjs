import { readFile } from 'node:fs/promises';
import { decideDisclosure, parseProtocol } from '@convenant/protocol';
import { alternately, median, row } from './bench.mjs';

export const what = 'decideDisclosure on loaded facts, permitted and refused, against a plain function';

/** @type {import('./bench.mjs').Bench['options']} */
export const options = {
  rounds: { type: 'string', default: '15' },
  calls: { type: 'string', default: '200000' },
};

const file = new URL('../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url);
const at = Date.parse('2026-06-01T12:00:00Z');

/**
 * Microseconds of processor time per decision, so that other programs do not count: the median of rounds that take turns, each over requests that differ in their values, so that
 * nothing can be decided once and remembered.
 * @param {import('./bench.mjs').BenchContext} context
 */
export async function run({ options: given }) {
  const calls = Number(given.calls);
  const cases = await casesOf();
  const measured = await alternately(Number(given.rounds), {
    plain: async () => timed(calls, cases.permitted, plainFunction),
    permitted: async () => timed(calls, cases.permitted, decides('permitted')),
    withdrawn: async () => timed(calls, cases.withdrawn, decides('refused')),
    wrongPurpose: async () => timed(calls, cases.wrongPurpose, decides('refused')),
    unlistedItem: async () => timed(calls, cases.unlistedItem, decides('refused')),
  });
  const against = row({ metric: 'a plain function of five comparisons', value: median(measured.plain), unit: 'µs' });
  const target = { atMost: 1 };
  const of = (/** @type {string} */ metric, /** @type {number[]} */ values) =>
    row({ metric, value: median(values), unit: 'µs', against, target });
  return [
    against,
    of('permitted: seven values of two items, consent of its own', measured.permitted),
    of('refused: consent withdrawn, the last of all checks', measured.withdrawn),
    of('refused: purpose not agreed', measured.wrongPurpose),
    of('refused: an item that is not listed', measured.unlistedItem),
  ];
}

/** @typedef {{ request: any, facts: any }} Case */

/**
 * @param {number} calls
 * @param {readonly Case[]} cases
 * @param {(one: Case) => boolean} decide tells whether the verdict is the expected one
 */
function timed(calls, cases, decide) {
  let right = 0;
  const began = process.threadCpuUsage();
  for (let n = 0; n < calls; n += 1) if (decide(/** @type {Case} */ (cases[n % cases.length]))) right += 1;
  const { user, system } = process.threadCpuUsage(began);
  if (right !== calls) throw new Error(`${calls - right} verdicts are not the expected one`);
  return (user + system) / calls;
}

/** @param {string} verdict @returns {(one: Case) => boolean} */
function decides(verdict) {
  return ({ request, facts }) => decideDisclosure(request, facts).verdict === verdict;
}

/** What somebody would write who needs no protocol, no clauses and no look at the values. @param {Case} one */
function plainFunction({ request, facts }) {
  const { consent } = facts;
  return (
    consent.state === 'given' &&
    consent.purpose === request.purpose &&
    consent.subjectRef === request.subjectRef &&
    consent.recipient.unit === request.recipient.unit &&
    request.items.every((/** @type {{ item: string }} */ { item }) => consent.items.includes(item))
  );
}

async function casesOf() {
  const parsed = parseProtocol(await readFile(file, 'utf8'), { format: 'yaml' });
  if (!parsed.ok) throw new Error('The protocol file does not parse');
  const protocol = {
    protocolId: 'p',
    parties: { sender: 'og', receiver: 'ocmw' },
    versions: [{ version: 1, model: parsed.model, effectiveFrom: Date.parse('2026-03-01T00:00:00+01:00') }],
    stopClause: null,
  };
  const points = parsed.model.consent.informationPoints.map((/** @type {{ id: string }} */ { id }) => id);
  const recipient = { party: 'ocmw', unit: 'ocmw-sociale-dienst', category: 'social-worker' };
  const names = ['Zoë', 'Noor', 'Amina', 'Jean-Luc', 'Élise', 'Wout', "D'hondt", 'Lotte'];
  /** @param {(one: Case, n: number) => Case} change */
  const some = (change) =>
    Array.from({ length: 64 }, (_, n) => {
      const subjectRef = `s${n}`;
      const purpose = 'access-to-social-support';
      const request = {
        requestedAt: at,
        purpose,
        items: [
          {
            item: 'name',
            fields: { firstName: names[n % names.length], lastName: `Voorbeeldmans ${'abcdefgh'[n >> 3]}` },
          },
          {
            item: 'contact',
            fields: {
              street: `Proefstraat ${n}`,
              postalCode: '9170',
              municipality: 'Sint-Gillis-Waas',
              phone: `+32 3 555 01 ${10 + n}`,
              email: `persoon${n}@voorbeeld.example`,
            },
          },
        ],
        recipient: { ...recipient },
        channel: { kind: 'mail7zip' },
        requester: { party: 'og', unit: 'kg-noord-oost-waasland', secrecy: true, roles: ['agency-user'], userRef: 'u' },
        subjectRef,
        consentId: `c${n}`,
      };
      const consent = {
        ...{ consentId: `c${n}`, subjectRef, protocolId: 'p', purpose, recipient, state: 'given', givenAt: at - 1000 },
        ...{ items: ['name', 'contact'], noticePoints: points, expiresAt: null, blocked: false },
      };
      return change({ request, facts: { protocol, consent } }, n);
    });
  return {
    permitted: some((one) => one),
    withdrawn: some(({ request, facts }) => ({
      request,
      facts: { ...facts, consent: { ...facts.consent, state: 'withdrawn' } },
    })),
    wrongPurpose: some(({ request, facts }) => ({ request: { ...request, purpose: 'marketing' }, facts })),
    unlistedItem: some(({ request, facts }) => ({
      request: { ...request, items: [...request.items, { item: 'diagnosis', fields: {} }] },
      facts,
    })),
  };
}
