import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, factServices, type FactService } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import type { ArrivedEvent } from '../domain/trail-entry.js';
import { event, openTrail, type TestTrail } from './test-trail.support.spec.js';
import { OPERATOR, readPage } from './visibility.statements.js';

let trail: TestTrail;

beforeAll(async () => {
  trail = await openTrail();
});
afterAll(async () => {
  await trail?.close();
});

async function seenBy(reader: string): Promise<Set<string>> {
  const all = [0, 0, 100_000, 100_000_000, null, null, null, null];
  const { rows } = await trail.pool.query(readPage.text, [reader, ...all]);
  return new Set(rows.map(({ id }) => id as string));
}

describe('who may see an entry', () => {
  const [sender, receiver, third] = [newId(), newId(), newId()];
  const protocolId = newId();
  const [usedConsent, unusedConsent] = [newId(), newId()];
  const terminated = event('register', 'protocol.terminated', {
    subject: protocolId,
    aggregateVersion: 7,
    data: { protocolId },
  });
  const withdrawal = (consentId: string) =>
    event('consent', 'consent.withdrawn', { subject: consentId, aggregateVersion: 2, data: { protocolId, consentId } });
  const usedWithdrawn = withdrawal(usedConsent);
  const unusedWithdrawn = withdrawal(unusedConsent);
  const drafted = event('register', 'protocol.drafted', {
    subject: protocolId,
    data: { protocolId, parties: { sender, receiver } },
  });
  const barrier = (cause: ArrivedEvent) =>
    event('transfer', 'barrier.applied', {
      data: {
        protocolId,
        cause: { service: cause.service, subject: cause.subject, aggregateversion: cause.aggregateVersion },
      },
    });
  const inProtocol = (service: FactService, name: string, data: Record<string, unknown> = {}) =>
    event(service, name, { protocolId, data: { protocolId, ...data } });
  const objection = inProtocol('register', 'rightsRequest.received', { party: receiver });
  const holdPlaced = inProtocol('retention', 'hold.placed');
  const deadLetter = (service: FactService, blocks: object) =>
    event(service, 'deadLetter.recorded', { data: { blocks } });

  /** Event, and who of sender, receiver, third party and operator sees it. */
  const table: [title: string, entry: ArrivedEvent, sees: string][] = [
    ['party.registered of the sender', event('register', 'party.registered', { data: { partyId: sender } }), 'S R'],
    ['party.registered of the third party', event('register', 'party.registered', { data: { partyId: third } }), 'T'],
    ...['contact.changed', 'contact.verified', 'contact.verification.lapsed'].flatMap(
      (name): [string, ArrivedEvent, string][] => [
        [`${name} of the sender`, event('register', name, { data: { partyId: sender } }), 'S R'],
        [`${name} of the third party`, event('register', name, { data: { partyId: third } }), 'T'],
      ],
    ),
    ['protocol.drafted', drafted, 'S R'],
    ...[
      'protocol.amended',
      'protocol.opinion.recorded',
      'protocol.gap.decided',
      'protocol.signed',
      'protocol.activated',
      'protocol.revoked',
      'protocol.notice.given',
      'protocol.suspended',
      'protocol.resumed',
      'protocol.ending.enforced',
      'protocol.suspension.enforced',
      'protocol.lapsed',
      'protocol.linkedAgreement.ended',
      'protocol.expired',
      'protocol.ended',
      'protocol.endDuty.completed',
      'dispute.opened',
      'dispute.closed',
      'protocol.published',
      'protocol.publication.lapsed',
      'processor.added',
      'processor.changed',
      'processor.blocked',
      'processorList.shared',
      'processorList.acknowledged',
      'lawChange.notified',
      'lawChange.reviewed',
      'evidence.recorded',
      'evidence.requested',
      'evidence.delivered',
      'alert.raised',
      'alert.cleared',
      'alert.accession.raised',
      'alert.accession.cleared',
    ].map((name): [string, ArrivedEvent, string] => [name, inProtocol('register', name), 'S R']),
    ...['received', 'extended', 'answered', 'refused', 'reminded', 'enforced'].map(
      (step): [string, ArrivedEvent, string] => [
        `rightsRequest.${step} of the sender`,
        inProtocol('register', `rightsRequest.${step}`, { party: sender }),
        'S',
      ],
    ),
    ['rightsRequest.received by the receiver', objection, 'R'],
    ...['advanced', 'fulfilled', 'exempted', 'overdue'].map((step): [string, ArrivedEvent, string] => [
      `informationDuty.${step}`,
      inProtocol('register', `informationDuty.${step}`, { party: receiver }),
      'R',
    ]),
    ...['versioned', 'mismatched'].flatMap((step): [string, ArrivedEvent, string][] =>
      (
        [
          [sender, 'S'],
          [receiver, 'R'],
        ] as const
      ).map(([party, seen]) => [
        `registerEntry.${step} in the register of ${seen}`,
        inProtocol('register', `registerEntry.${step}`, { party }),
        seen,
      ]),
    ),
    ['protocol.terminated', terminated, 'S R'],
    ...['user.authorized', 'user.revoked', 'user.revocation.enforced'].map((name): [string, ArrivedEvent, string] => [
      `${name} by the receiver`,
      inProtocol('register', name, { partyId: receiver }),
      'R',
    ]),
    ['notice.provided', inProtocol('consent', 'notice.provided'), 'S'],
    ['consent.given, used', inProtocol('consent', 'consent.given', { consentId: usedConsent }), 'S R'],
    ['consent.given, not used', inProtocol('consent', 'consent.given', { consentId: unusedConsent }), 'S'],
    ['consent.refused', inProtocol('consent', 'consent.refused', { consentId: newId() }), 'S'],
    ['consent.withdrawn, used', usedWithdrawn, 'S R'],
    ['consent.withdrawn, not used', unusedWithdrawn, 'S'],
    [
      'consent.withdrawal.enforced',
      inProtocol('consent', 'consent.withdrawal.enforced', { consentId: usedConsent }),
      'S',
    ],
    ['subject.registered', inProtocol('transfer', 'subject.registered', { party: sender }), 'S'],
    ['subject.mapping.erased', inProtocol('transfer', 'subject.mapping.erased', { party: sender }), 'S'],
    [
      'disclosure.authorized',
      inProtocol('transfer', 'disclosure.authorized', { consentId: usedConsent, requesterParty: sender }),
      'S R',
    ],
    ['disclosure.refused to the sender', inProtocol('transfer', 'disclosure.refused', { requesterParty: sender }), 'S'],
    [
      'disclosure.refused to the receiver',
      inProtocol('transfer', 'disclosure.refused', { requesterParty: receiver }),
      'R',
    ],
    [
      'disclosure.refused for a gap',
      inProtocol('transfer', 'disclosure.refused', { requesterParty: receiver, verdict: 'gap' }),
      'S R',
    ],
    ['disclosure.delivered', inProtocol('transfer', 'disclosure.delivered'), 'S R'],
    ['disclosure.failed', inProtocol('transfer', 'disclosure.failed'), 'S R'],
    ['disclosure.delivery.unconfirmed', inProtocol('transfer', 'disclosure.delivery.unconfirmed'), 'S R'],
    ['disclosure.collected', inProtocol('transfer', 'disclosure.collected'), 'S R'],
    [
      'disclosure.onward.refused',
      inProtocol('transfer', 'disclosure.onward.refused', { recipient: { party: third } }),
      'R',
    ],
    ['disclosure.onward.recorded', inProtocol('transfer', 'disclosure.onward.recorded', { recipient: {} }), 'R'],
    [
      'disclosure.onward.recorded to a party',
      inProtocol('transfer', 'disclosure.onward.recorded', { recipient: { party: third } }),
      'R T',
    ],
    ...['route.fallback.activated', 'route.fallback.ended'].map((name): [string, ArrivedEvent, string] => [
      name,
      inProtocol('transfer', name),
      'S R',
    ]),
    ['values.erased', inProtocol('transfer', 'values.erased'), 'R'],
    ['erasure.withheld', inProtocol('transfer', 'erasure.withheld'), 'R'],
    ...[
      'quality.reported',
      'quality.investigated',
      'quality.resolved',
      'quality.withdrawn',
      'correction.propagated',
      'correction.acknowledged',
      'erasure.propagated',
      'erasure.acknowledged',
      'restriction.applied',
      'restriction.lifted',
      'restriction.acknowledged',
    ].map((name): [string, ArrivedEvent, string] => [name, inProtocol('transfer', name), 'S R']),
    ...['keyRotation.started', 'keyRotation.completed', 'keyGeneration.destroyed'].map(
      (name): [string, ArrivedEvent, string] => [name, event('transfer', name), 'I'],
    ),
    ['hold.placed', holdPlaced, 'R'],
    ...[
      'hold.enforced',
      'hold.released',
      'erasure.requested',
      'erasure.attested',
      'clock.started',
      'clock.restarted',
      'clock.overdue',
      'clock.due',
      'trigger.recorded',
      'purge.planned',
      'purge.approved',
      'purge.started',
      'purge.completed',
      'purge.failed',
      'recipientErasure.ordered',
      'recipientErasure.declared',
    ].map((name): [string, ArrivedEvent, string] => [name, inProtocol('retention', name), 'R']),
    ...[
      'breach.suspected',
      'breach.detected',
      'breach.awareness.recorded',
      'breach.scope.computed',
      'breach.assessed',
      'breach.delay.justified',
      'authorityFiling.prepared',
      'authorityFiling.recorded',
      'subjects.informed',
      'breach.dismissed',
      'breach.closed',
    ].map((name): [string, ArrivedEvent, string] => [
      name,
      event('breach', name, { data: { partyId: receiver } }),
      'R',
    ]),
    ...[
      'counterparty.notified',
      'counterparty.acknowledged',
      'counterparty.escalated',
      'consultation.opened',
      'consultation.decided',
      'consultation.closed',
      'improvement.shared',
    ].map((name): [string, ArrivedEvent, string] => [
      name,
      inProtocol('breach', name, { partyId: receiver, counterparty: sender }),
      'S R',
    ]),
    [
      'counterparty.notified to another counterparty of the receiver',
      event('breach', 'counterparty.notified', { data: { partyId: receiver, counterparty: third } }),
      'R T',
    ],
    ['barrier.applied for a hold', barrier(holdPlaced), 'R'],
    ['barrier.applied for an objection', barrier(objection), 'R'],
    ['barrier.applied for an ending', barrier(terminated), 'S R'],
    ['barrier.applied for a withdrawal, used', barrier(usedWithdrawn), 'S R'],
    ['barrier.applied for a withdrawal, not used', barrier(unusedWithdrawn), 'S'],
    ['barrier.applied whose cause has not arrived', barrier(event('consent', 'consent.withdrawn')), ''],
    ...factServices.map((service): [string, ArrivedEvent, string] => [
      `deadLetter.recorded of ${service}`,
      deadLetter(service, { scope: 'partition' }),
      'I',
    ]),
    ...factServices.flatMap((service) =>
      ['deadLetter.redriven', 'operation.performed'].map((name): [string, ArrivedEvent, string] => [
        `${name} of ${service}`,
        event(service, name),
        'I',
      ]),
    ),
    [
      'deadLetter.recorded that blocks a consent not used',
      deadLetter('transfer', { scope: 'aggregate', subject: unusedConsent }),
      'S I',
    ],
  ];

  let readers: Record<string, Set<string>>;

  beforeAll(async () => {
    // Arrival in another order than that of the table: visibility must not hang on it.
    await trail.append(...table.map(([, entry]) => entry).reverse());
    readers = {
      S: await seenBy(sender),
      R: await seenBy(receiver),
      T: await seenBy(third),
      I: await seenBy(OPERATOR),
    };
  });

  it.each(table)('%s', (_title, entry, sees) => {
    const actual = Object.keys(readers).filter((reader) => readers[reader]!.has(entry.id));
    expect(actual.join(' ')).toBe(sees);
  });

  it('is said for every event of the catalogue', () => {
    const shown = new Set(table.map(([, entry]) => entry.type));
    expect([...catalogue.keys()].filter((type) => !shown.has(type))).toEqual([]);
    expect([...shown].filter((type) => !catalogue.has(type))).toEqual([]);
  });

  it('is nobody for a reader who is neither a party nor the operator', async () => {
    expect(await seenBy('')).toEqual(new Set());
    expect(await seenBy(newId())).toEqual(new Set());
  });
});
