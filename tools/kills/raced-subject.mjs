/**
 * The client of the story whose consents are withdrawn while the referrals under them are being sent. Which of them win is
 * chance, in undisturbed runs too: they are compared by what must hold for any outcome.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{ subjectRef: string | undefined, consents: Set<string>, disclosures: Set<string>,
 *   is: (view: Json) => boolean, concerns: (entry: Json) => boolean }} Raced
 */

/** More consents than any other client of the story gives. */
const MANY = 20;

/**
 * @param {readonly Json[]} entries of the trail, as the sender sees them
 * @returns {Raced}
 */
export function racedSubject(entries) {
  const given = entries.filter(({ type }) => type === 'consent.given');
  const subjectRef = given
    .map(({ data }) => data['subjectRef'])
    .find((ref) => given.filter(({ data }) => data['subjectRef'] === ref).length >= MANY);
  const of = (/** @type {Json} */ data) => subjectRef !== undefined && data['subjectRef'] === subjectRef;
  const consents = new Set(given.filter(({ data }) => of(data)).map(({ data }) => data['consentId']));
  const disclosures = new Set(
    entries
      .filter(({ type, data }) => type === 'disclosure.authorized' && of(data))
      .map(({ data }) => data['disclosureId']),
  );
  return {
    subjectRef,
    consents,
    disclosures,
    is: (view) => of(view) || disclosures.has(view['disclosureId'] ?? view['id']),
    concerns: ({ data, subject }) =>
      of(data) ||
      disclosures.has(data['disclosureId']) ||
      consents.has(data['consentId']) ||
      consents.has(subject) ||
      (data['cause'] !== undefined && consents.has(data['cause'].subject)),
  };
}

/**
 * What must hold however the race went, as a state to compare and as sentences about what does not.
 * @param {{ raced: Raced, entries: readonly Json[], disclosures: readonly Json[], mailed: Map<string, Json[]> }} found
 * @returns {{ state: Json, wrong: string[] }}
 */
export function fateOfRaced({ raced, entries, disclosures, mailed }) {
  if (raced.subjectRef === undefined) return { state: {}, wrong: [] };
  const count = (/** @type {string} */ type) =>
    entries.filter((entry) => entry['type'] === type && raced.concerns(entry)).length;
  const views = disclosures.filter((view) => raced.disclosures.has(view['id']));
  const wrong = views.flatMap(({ id, state, failure }) => {
    const mails = mailed.get(id)?.length ?? 0;
    if (state === 'failed' && failure !== 'CONSENT_WITHDRAWN') return [`Referral ${id} failed: ${failure}`];
    if (state === 'failed' && mails > 0) return [`Referral ${id} was stopped and yet a mail of it came`];
    if (state === 'delivered' && mails === 0) return [`Referral ${id} counts as delivered and no mail of it came`];
    return ['failed', 'delivered', 'unconfirmed'].includes(state) ? [] : [`Referral ${id} is still ${state}`];
  });
  return {
    state: {
      consents: count('consent.given'),
      withdrawn: count('consent.withdrawn'),
      barriers: count('barrier.applied'),
      decided: count('disclosure.authorized') + count('disclosure.refused'),
    },
    wrong,
  };
}
