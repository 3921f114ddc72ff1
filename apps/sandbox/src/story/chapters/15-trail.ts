import { until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { entriesFor, type Entry } from '../trail-reading.js';

/** In this order in the trail: each of them after the one before. */
const inOrder = [
  'protocol.drafted',
  'protocol.gap.decided',
  'protocol.opinion.recorded',
  'protocol.signed',
  'protocol.activated',
  'protocol.terminated',
  'protocol.ending.enforced',
];
/** What only the sender may see. */
const senderOnly = [
  'notice.provided',
  'consent.refused',
  'consent.withdrawal.enforced',
  'disclosure.refused',
  'subject.registered',
];
/** What a person or a party's system did, and which clause it was done under. */
const commanded = [
  'protocol.gap.decided',
  'protocol.signed',
  'protocol.terminated',
  'notice.provided',
  'consent.given',
  'consent.withdrawn',
  'disclosure.authorized',
  'disclosure.refused',
  'disclosure.collected',
];

/** Both data protection officers read what happened; a third one sees nothing of it. */
export async function trail(story: Story): Promise<void> {
  const { client, facts } = story;
  let ofSender: Entry[] = [];
  let ofReceiver: Entry[] = [];

  await story.step({ who: 'The trail', what: 'has taken in everything' }, async () => {
    await until(
      'the end of the protocol has reached the trail',
      () => entriesFor(story, 'og-dpo'),
      (found) => found.some(({ type }) => type === 'protocol.ending.enforced'),
    );
    const complete = await until(
      'every service is complete in the trail',
      () => client.get('og-dpo', '/audit/v1/completeness'),
      ({ body }) =>
        body?.services?.every((service: any) => service.missing === 0 && service.proven === service.highest),
    );
    const services = (complete.body.services as any[]).filter(({ highest }) => highest > 0);
    expectSame('Services with facts', services.map(({ service }) => service).sort(), [
      'breach',
      'consent',
      'register',
      'retention',
      'transfer',
    ]);
    expectSame('Records that could not be read', complete.body.unreadable, []);
    return services.map(({ service, proven }) => `${service}: 1 to ${proven} without a gap`).join('; ');
  });

  await story.step({ who: 'The DPO of the sender', what: 'reads the protocol page by page' }, async () => {
    ofSender = await entriesFor(story, 'og-dpo');
    inTheirOrder(ofSender);
    const types = ofSender.map(({ type }) => type);
    for (const type of [
      ...inOrder,
      ...senderOnly.filter((type) => type !== 'consent.refused'),
      'disclosure.delivered',
      'disclosure.collected',
      'barrier.applied',
    ]) {
      expectThat(types.includes(type), `The DPO of the sender does not see ${type}`);
    }
    expectSame(
      'First occurrences',
      inOrder.map((type) => types.indexOf(type)),
      inOrder.map((type) => types.indexOf(type)).toSorted((a, b) => a - b),
    );
    for (const entry of ofSender) {
      expectSame(`The protocol of entry ${entry.position}`, entry.protocolId, facts.protocolId);
      if (!commanded.includes(entry.type)) continue;
      expectThat(entry.clause !== undefined, `Entry ${entry.position} (${entry.type}) names no clause`);
      expectThat(
        entry.actorParty !== undefined && entry.actorRef !== undefined,
        `Entry ${entry.position} (${entry.type}) names no actor`,
      );
    }
    const waited = ofSender.filter(({ type }) => type === 'barrier.applied').map(({ data }) => data['waited']);
    story.timings['barrierWaitedForTransactionsMs'] = Math.max(...waited.map(({ transactionsMs }) => transactionsMs));
    story.timings['barrierWaitedForDeliveriesMs'] = Math.max(...waited.map(({ deliveriesMs }) => deliveriesMs));
    return tellTypes(ofSender);
  });

  await story.step(
    { who: 'The DPO of the receiver', what: 'reads the same protocol, and only what the receiver may see' },
    async () => {
      ofReceiver = await entriesFor(story, 'ocmw-dpo');
      inTheirOrder(ofReceiver);
      const known = new Set(ofSender.map(({ position }) => position));
      // What has arrived since, the sender could not have read yet.
      const readUpTo = ofSender.at(-1)!.visibleFrom;
      const alone = ofReceiver.filter(({ position, visibleFrom }) => !known.has(position) && visibleFrom <= readUpTo);
      expectSame(
        'Entries that the sender should see too',
        alone.filter((entry) => !isReceiversAlone(entry, facts.receiver)).map(({ type }) => type),
        [],
      );
      expectSame(
        'Entries that the sender should not see',
        ofSender.filter((entry) => isReceiversAlone(entry, facts.receiver)).map(({ type }) => type),
        [],
      );
      expectSame(
        'Entries for the sender alone',
        ofReceiver.filter(({ type }) => senderOnly.includes(type)).map(({ type }) => type),
        [],
      );
      const authorised = new Set(
        ofSender.filter(({ type }) => type === 'disclosure.authorized').map(({ data }) => data['consentId']),
      );
      const consents = ofReceiver.filter(({ type }) => type === 'consent.given').map(({ data }) => data['consentId']);
      expectSame(
        'Consents under which nothing came',
        consents.filter((id) => !authorised.has(id)),
        [],
      );
      expectSame('Consents under which something came', consents.length, authorised.size);
      const mine = new Set(ofReceiver.map(({ position }) => position));
      const senders = ofSender.filter(({ position }) => !mine.has(position));
      return [
        tellTypes(ofReceiver),
        `${senders.length} entries are the sender's alone, among them every refusal and every consent that was not used`,
        `${alone.length} entries are the receiver's alone, among them every contact outcome, hold, erasure and duty to inform`,
      ].join('\n');
    },
  );

  await story.step({ who: 'Both DPOs', what: 'compare the pages with what they followed live' }, async () => {
    for (const [reader, pages] of [
      [facts.live.sender, ofSender],
      [facts.live.receiver, ofReceiver],
    ] as const) {
      const last = pages.at(-1)!.position;
      await reader.until('the last entry', (seen) => seen.some(({ position }) => position === last));
      const followed = reader.entries.filter(({ protocolId }) => protocolId === facts.protocolId);
      // Services go on: what came behind the last page is on no page.
      expectSame('Entries followed live', followed.slice(0, pages.length).map(placeOf), pages.map(placeOf));
    }
    return `the same entries in the same order: ${ofSender.length} and ${ofReceiver.length}`;
  });

  const { receiversSystem } = facts;
  if (receiversSystem) {
    await story.step({ who: "The OCMW's software", what: "reads the OCMW's topic of the trail" }, async () => {
      const wanted = ofReceiver.map(({ position }) => position);
      const published = await receiversSystem.readAudit((seen) => !wanted.every((position) => seen.has(position)));
      const visible = new Set(facts.live.receiver.entries.map(({ position }) => position));
      expectSame(
        'Positions on the topic that its DPO does not see',
        [...published].filter((position) => !visible.has(position)),
        [],
      );
      return `${receiversSystem.topics.audit} has each of them, and nothing that its DPO may not see`;
    });
  }

  await story.step({ who: 'The DPO of a third party', what: 'reads the same protocol' }, async () => {
    expectSame('Entries', await entriesFor(story, 'other-dpo'), []);
    return 'sees nothing';
  });

  await story.step(
    { who: 'A team member and the operator', what: 'try to read the protocol in the trail' },
    async () => {
      const team = await client.get('og-team', `/audit/v1/entries?protocolId=${facts.protocolId}`);
      expectSame('The answer to the team member', team.status, 403);
      expectSame('Entries that the operator sees', await entriesFor(story, 'admin'), []);
      return 'the team member gets 403 FORBIDDEN, the operator of the installation sees no content of a party';
    },
  );
}

/** What became of the client at the receiver is no business of the sender. */
function isReceiversAlone({ service, type, data }: Entry, receiver: string): boolean {
  const ofHold = type === 'barrier.applied' && data['cause'].kind === 'hold';
  // It informs the persons whose data it obtained (GDPR Art. 14).
  const ofDuty = type.startsWith('informationDuty.');
  // Each party keeps its own register of processing activities (Art. 30).
  const ofRegister = type.startsWith('registerEntry.') && data['party'] === receiver;
  const ofErasure = type === 'values.erased' || type === 'erasure.withheld';
  return service === 'retention' || ofErasure || ofHold || ofDuty || ofRegister;
}

/** By the arrival that made them visible, then by position; for each aggregate of one service, so does its sequence. */
function inTheirOrder(found: Entry[]): void {
  const last = new Map<string, number>();
  found.forEach((entry, index) => {
    const before = found[index - 1];
    expectThat(
      !before ||
        entry.visibleFrom > before.visibleFrom ||
        (entry.visibleFrom === before.visibleFrom && entry.position > before.position),
      `Entry ${entry.position} is out of order`,
    );
    expectThat(
      entry.sequence > (last.get(`${entry.service} ${entry.subject}`) ?? 0),
      `Entry ${entry.position} comes before an earlier one of its aggregate`,
    );
    last.set(`${entry.service} ${entry.subject}`, entry.sequence);
  });
}

function placeOf({ visibleFrom, position }: Entry): string {
  return `${visibleFrom}.${position}`;
}

function tellTypes(found: Entry[]): string {
  const counts = new Map<string, number>();
  for (const { type } of found) counts.set(type, (counts.get(type) ?? 0) + 1);
  const listed = [...counts].map(([type, count]) => (count === 1 ? type : `${type} x${count}`));
  return `${found.length} entries in order of arrival: ${listed.join(', ')}`;
}
