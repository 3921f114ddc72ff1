import { fateOfRaced, racedSubject } from './raced-subject.mjs';

/**
 * @typedef {Record<string, any>} Json
 * @typedef {{ get: (persona: string, path: string) => Promise<{ status: number, body: any }>,
 *   sandbox: (method: 'GET', path: string) => Promise<{ status: number, body: any }> }} Client
 * @typedef {{ state: Json, wrong: string[], resent: string[] }} FinalState
 *   `state`: the same for any two runs that came to the same end, whatever their ids and times; `wrong`: what may be in no
 *   run; `resent`: mails that came twice, each because its transmission was cut off
 */

/**
 * What a run of the story has come to, through the public interface alone: as the data protection officers and the agencies
 * read it, and as the mail server has it.
 * @param {Client} client
 * @param {string} protocolId
 * @returns {Promise<FinalState>}
 */
export async function finalState(client, protocolId) {
  const read = reader(client);
  const [sender, receiver] = await Promise.all([
    entriesFor(read, 'og-dpo', protocolId),
    entriesFor(read, 'ocmw-dpo', protocolId),
  ]);
  const raced = racedSubject(sender);
  const ids = (/** @type {string} */ type, /** @type {string} */ name) =>
    unique(sender.filter((entry) => entry.type === type).map(({ data }) => data[name]));
  const disclosureIds = ids('disclosure.authorized', 'disclosureId');
  const disclosures = await each(disclosureIds, (id) => read('og-team', `/transfer/v1/disclosures/${id}`));
  const consents = await each(ids('consent.given', 'consentId'), (id) => read('og-team', `/consent/v1/consents/${id}`));
  const clocks = await each(disclosureIds, (id) => read('ocmw-dpo', `/retention/v1/clocks/${id}`, [404]));
  const purges = await listed(read, 'ocmw-dpo', '/retention/v1/purges?limit=200');
  const breaches = await each(
    unique(receiver.filter(({ type }) => type === 'breach.detected').map(({ subject }) => subject)),
    (id) => read('ocmw-dpo', `/breach/v1/breaches/${id}`),
  );
  const notices = await each(
    breaches.flatMap((breach) => breach['notices']),
    (id) => read('ocmw-dpo', `/breach/v1/notices/${id}`),
  );
  const inbox = await listed(read, 'ocmw-social-worker', '/transfer/v1/inbox?limit=100');
  const unconfirmed = new Set(ids('disclosure.delivery.unconfirmed', 'disclosureId'));
  const { items: mails } = (await client.sandbox('GET', 'mails')).body;
  const mailed = mailsOf(mails, disclosures, notices, unconfirmed);
  // Where the race went is told by `raced`, what was cut off by `resent`.
  const compared = (/** @type {Json[]} */ entries) =>
    entries.filter((entry) => entry['type'] !== 'disclosure.delivery.unconfirmed' && !raced.concerns(entry));

  const ofProtocol = (/** @type {Json} */ item) => item['protocolId'] === protocolId;
  const { services, unreadable } = await read('og-dpo', '/audit/v1/completeness');
  const fate = fateOfRaced({ raced, entries: sender, disclosures, mailed: mailed.arrived });
  return {
    state: {
      protocol: pick(await read('og-dpo', `/register/v1/protocols/${protocolId}`), ['state', 'version']),
      consents: tally(consents, ({ state }) => state),
      disclosures: tally(
        disclosures.filter((view) => !raced.is(view)),
        ({ state, failure, withheld }) => [state, failure, withheld],
      ),
      raced: fate.state,
      clocks: tally(
        clocks.filter((clock) => clock && !raced.is(clock)),
        ({ rule, state, gap, recipientErasure, triggers, holds }) => [
          rule,
          state,
          gap,
          recipientErasure,
          triggers.map((/** @type {Json} */ { kind }) => kind),
          holds.length,
        ],
      ),
      purges: tally(purges.filter(ofProtocol), ({ origin, state, cause, size }) => [origin, state, cause, size]),
      breaches: tally(breaches, ({ state, authority, scope, waitsFor }) => [
        state,
        authority.state,
        scope.counts,
        waitsFor,
      ]),
      notices: tally(notices, ({ state, acknowledgements, mails: written }) => [
        state,
        acknowledgements.length,
        written.map((/** @type {Json} */ mail) => `${mail['kind']} ${mail['state']}`).sort(),
      ]),
      inbox: tally(
        inbox.filter((item) => ofProtocol(item) && !raced.is(item)),
        ({ state, items }) => [state, [...items].sort()],
      ),
      mails: mailed.state(raced),
      seenBySender: countsOf(compared(sender)),
      seenByReceiver: countsOf(compared(receiver)),
      trail: Object.fromEntries(
        services.map((/** @type {Json} */ { service, missing }) => [service, missing === 0 ? 'complete' : missing]),
      ),
      unreadable,
    },
    wrong: [...fate.wrong, ...mailed.wrong],
    resent: mailed.resent,
  };
}

/**
 * Where two final states differ, a line each.
 * @param {unknown} expected
 * @param {unknown} actual
 * @param {string} [path]
 * @returns {string[]}
 */
export function differences(expected, actual, path = '') {
  const [left, right] = [expected, actual].map((side) =>
    side !== null && typeof side === 'object' ? side : undefined,
  );
  if (!left || !right || Array.isArray(left) || Array.isArray(right)) {
    const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    return seen === wanted ? [] : [`${path} is ${seen}, undisturbed ${wanted}`];
  }
  const names = unique([...Object.keys(left), ...Object.keys(right)]).sort();
  return names.flatMap((name) =>
    differences(/** @type {Json} */ (left)[name], /** @type {Json} */ (right)[name], path ? `${path} / ${name}` : name),
  );
}

/**
 * Mails by kind, each message once, and which came more often than they may.
 * @param {Json[]} mails @param {Json[]} disclosures @param {Json[]} notices @param {Set<string>} unconfirmed
 */
function mailsOf(mails, disclosures, notices, unconfirmed) {
  const of = (/** @type {string} */ header, /** @type {string} */ id) =>
    mails.filter(({ headers }) => headers[header] === id);
  /** @type {Map<string, Json[]>} */
  const arrived = new Map();
  /** @type {string[]} */
  const wrong = [];
  /** @type {string[]} */
  const resent = [];
  for (const { id } of disclosures) {
    const found = of('x-convenant-disclosure', id);
    arrived.set(id, found);
    if (unique(found.map(({ messageId }) => messageId)).length > 1)
      wrong.push(`Disclosure ${id} went out as two messages`);
    if (found.length > (unconfirmed.has(id) ? 2 : 1)) {
      wrong.push(
        `Disclosure ${id} was mailed ${found.length} times${unconfirmed.has(id) ? '' : ', unconfirmed never'}`,
      );
    } else if (found.length > 1) resent.push(`disclosure ${id}`);
  }
  let noticed = 0;
  for (const { id, mails: written } of notices) {
    const messages = unique(of('x-convenant-breach-notice', id).map(({ messageId }) => messageId));
    noticed += messages.length;
    if (messages.length !== written.length)
      wrong.push(`Notice ${id} has ${written.length} mails, ${messages.length} came`);
    if (of('x-convenant-breach-notice', id).length > messages.length) resent.push(`notice ${id}`);
  }
  const state = (/** @type {import('./raced-subject.mjs').Raced} */ raced) => ({
    referrals: disclosures.filter((view) => !raced.is(view) && (arrived.get(view['id']) ?? []).length > 0).length,
    notices: noticed,
  });
  return { arrived, wrong, resent, state };
}

/** @param {Client} client */
function reader(client) {
  /** @type {(persona: string, path: string, absent?: number[]) => Promise<any>} */
  const read = async (persona, path, absent = []) => {
    const { status, body } = await client.get(persona, path);
    if (absent.includes(status)) return undefined;
    if (status !== 200) throw new Error(`${path} answers ${status} ${body?.code}`);
    return body;
  };
  return read;
}

/** @typedef {ReturnType<typeof reader>} Read */

/** @param {Read} read @param {string} persona @param {string} protocolId @returns {Promise<Json[]>} */
async function entriesFor(read, persona, protocolId) {
  const all = [];
  for (let after = '0'; after !== undefined;) {
    const page = await read(persona, `/audit/v1/entries?protocolId=${protocolId}&limit=500&after=${after}`);
    all.push(...page.items);
    after = page.next;
  }
  return all;
}

/** @param {Read} read @param {string} persona @param {string} path @returns {Promise<Json[]>} every page */
async function listed(read, persona, path) {
  const all = [];
  for (let after = ''; after !== undefined;) {
    const page = await read(persona, `${path}${after && `&after=${encodeURIComponent(after)}`}`);
    all.push(...page.items);
    after = page.next;
  }
  return all;
}

/** @param {readonly string[]} ids @param {(id: string) => Promise<Json>} read @returns {Promise<Json[]>} */
async function each(ids, read) {
  const found = [];
  for (const id of ids) found.push(await read(id));
  return found;
}

/** @template T @param {readonly T[]} items @returns {T[]} */
function unique(items) {
  return [...new Set(items)];
}

/** How many there are of each kind. @param {readonly Json[]} items @param {(item: Json) => unknown} kindOf */
function tally(items, kindOf) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const item of items) {
    const kind = kindOf(item);
    const name = typeof kind === 'string' ? kind : JSON.stringify(kind);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** @param {Json} item @param {string[]} names */
function pick(item, names) {
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

/**
 * How many entries of each kind. A generated entry of the register of processing gets a version per look of the calendar, not
 * per change: how many there are is a matter of time, that there are some is not.
 * @param {Json[]} entries
 */
function countsOf(entries) {
  const counts = tally(entries, ({ service, type }) => `${service} ${type}`);
  const versions = 'register registerEntry.versioned';
  return versions in counts ? { ...counts, [versions]: 'some' } : counts;
}
