import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { authorityDeadline, waitsFor, type DutyFacts } from './breach-duties.js';
import { awarenessOf, instantFaults, type BreachInstants } from './breach-instants.js';
import { filingDocument, type FilingFacts } from './filing-document.js';
import { contactFindings, noticeClause, noticeContacts } from './notice-duty.js';
import { noticeText, type NoticeMail } from './notice-text.js';
import { pauseAfter } from '@convenant/mail';
import { subjectText } from './subject-text.js';

function shipped(name: string): ProtocolModel {
  const text = readFileSync(new URL(`../../../../protocols/${name}.yaml`, import.meta.url), 'utf8');
  const parsed = parseProtocol(text, { format: 'yaml' });
  if (!parsed.ok) throw new Error(`${name} cannot be read`);
  return parsed.model;
}

const og = shipped('opgroeien--ocmw-sint-gillis-waas');
const now = parseInstant('2026-04-03T10:00:00Z');
const HOUR = 3_600_000;

const instants: BreachInstants = {
  occurredFrom: now - 30 * HOUR,
  occurredTo: now - 28 * HOUR,
  detectedAt: now - 2 * HOUR,
  processorInformedAt: null,
  awareAt: now - HOUR,
};

describe('the four instants', () => {
  it('GDPR-33 hold when they follow each other, and at one and the same moment', () => {
    expect(instantFaults(instants, now)).toEqual([]);
    const atOnce = { occurredFrom: now, occurredTo: now, detectedAt: now, processorInformedAt: now, awareAt: now };
    expect(instantFaults(atOnce, now)).toEqual([]);
  });

  it('tells every fault at once', () => {
    const faults = instantFaults(
      { ...instants, occurredTo: now - 40 * HOUR, detectedAt: now + 1, awareAt: now + 2 },
      now,
    );
    expect(faults.map(({ name }) => name)).toEqual(['/detectedAt', '/awareAt', '/occurredTo']);
  });

  it('GDPR-33 makes a controller aware when its processor informs it, and nobody for a suspicion', () => {
    expect(awarenessOf({ ...instants, awareAt: null })).toBeNull();
    const processorInformedAt = now - 90 * 60_000;
    expect(awarenessOf({ ...instants, awareAt: null, processorInformedAt })).toBe(processorInformedAt);
    expect(awarenessOf({ ...instants, awareAt: null, processorInformedAt: now - 10 * HOUR })).toBe(instants.detectedAt);
    expect(instantFaults({ ...instants, processorInformedAt }, now)).toMatchObject([{ name: '/awareAt' }]);
  });
});

describe('open duties', () => {
  const facts: DutyFacts = {
    state: 'detected',
    ended: true,
    outgrown: false,
    authorityDueAt: now + HOUR,
    risk: null,
    filedAt: null,
    delayJustified: false,
    subjectsSettled: false,
    notices: [],
    openConsultations: [],
  };

  it('GDPR-33 counts down and is overdue one millisecond after the hour', () => {
    expect(authorityDeadline(facts, now)).toMatchObject({ state: 'running', remainingSeconds: 3600 });
    expect(authorityDeadline(facts, now + HOUR)).toMatchObject({ state: 'running', remainingSeconds: 0 });
    expect(authorityDeadline(facts, now + HOUR + 1)).toMatchObject({
      state: 'overdue',
      delayJustificationNeeded: true,
    });
  });

  it.each([
    ['filed on the last moment', { filedAt: now + HOUR }, 'filed', false],
    ['filed late', { filedAt: now + HOUR + 1 }, 'filedLate', true],
    ['filed late with reasons', { filedAt: now + HOUR + 1, delayJustified: true }, 'filedLate', false],
    ['a risk that is unlikely', { risk: 'none' as const }, 'notRequired', false],
    ['a suspicion', { state: 'suspected' as const, authorityDueAt: null }, 'notRunning', false],
    ['a dismissed suspicion', { state: 'dismissed' as const, authorityDueAt: null }, 'dismissed', false],
  ])('GDPR-33 knows %s', (_, change, state, needed) => {
    expect(authorityDeadline({ ...facts, ...change }, now + 2 * HOUR)).toMatchObject({
      state,
      delayJustificationNeeded: needed,
    });
  });

  it('names all that is open, and lets an escalated notice go', () => {
    const notices = [
      { id: 'a', acknowledged: false, escalated: false },
      { id: 'b', acknowledged: false, escalated: true },
      { id: 'c', acknowledged: true, escalated: false },
    ];
    const open = { ...facts, risk: 'high' as const, notices, openConsultations: ['x'] };
    expect(waitsFor(open, now)).toEqual([
      'authorityFiling',
      'subjectInformation',
      'acknowledgement:a',
      'consultation:x',
    ]);
    expect(waitsFor({ ...open, ended: false, outgrown: true }, now).slice(0, 2)).toEqual(['end', 'scope']);
    expect(waitsFor({ ...open, state: 'closed' }, now)).toEqual([]);
  });
});

describe('whom the protocol has told', () => {
  it('OG-9-breach obliges both parties of OG, each under its clause; FJ has no such clause', () => {
    expect(noticeClause(og, 'sender')).toBe('9-breach');
    expect(noticeClause(og, 'receiver')).toBe('9-breach');
    expect(noticeClause(shipped('fod-justitie--departement-wvg'), 'sender')).toBeNull();
    const toSender = { ...og, breach: { ...og.breach!, inform: 'senderOnly' as const } };
    expect([noticeClause(toSender, 'receiver'), noticeClause(toSender, 'sender')]).toEqual(['9-breach', null]);
  });

  it('OG-9-breach writes to the named contact, and to the DPO where that contact is none', () => {
    expect(noticeContacts(og, 'sender', [])).toEqual({
      contacts: [{ mailbox: 'dpo@opgroeien.be', contact: 'dpo' }],
      findings: [],
    });
    const named = { mailbox: 'informatica@sint-gillis-waas.be', contact: 'breach' };
    expect(noticeContacts(og, 'receiver', [])).toEqual({
      contacts: [named],
      findings: ['RECEIVER_CONTACT_NOT_DPO', 'RECEIVER_DPO_CONTACT_UNKNOWN'],
    });
    expect(noticeContacts(og, 'receiver', [{ role: 'dpo', mailbox: 'dpo@ocmw.example' }])).toEqual({
      contacts: [named, { mailbox: 'dpo@ocmw.example', contact: 'dpo' }],
      findings: ['RECEIVER_CONTACT_NOT_DPO'],
    });
    const same = [{ role: 'dpo', mailbox: 'Informatica@sint-gillis-waas.be' }];
    expect(noticeContacts(og, 'receiver', same)).toEqual({ contacts: [{ ...named, contact: 'dpo' }], findings: [] });
  });

  it('falls back to the register where the protocol names nobody', () => {
    const silent = { ...og, breach: { ...og.breach!, contacts: [] } };
    const register = [
      { role: 'breach', mailbox: 'lek@ocmw.example' },
      { role: 'dpo', mailbox: 'dpo@ocmw.example' },
    ];
    expect(noticeContacts(silent, 'receiver', register).contacts.map(({ mailbox }) => mailbox)).toEqual([
      'lek@ocmw.example',
      'dpo@ocmw.example',
    ]);
    expect(noticeContacts(silent, 'receiver', [])).toEqual({
      contacts: [],
      findings: ['RECEIVER_DPO_CONTACT_UNKNOWN'],
    });
  });
});

describe('mailboxes that are written to', () => {
  const contacts = [
    { mailbox: 'lek@ocmw.example', contact: 'breach' as const },
    { mailbox: 'DPO@ocmw.example', contact: 'dpo' as const },
  ];
  const registered = (breach?: 'verified' | 'lapsed' | 'unverified', dpo?: 'verified' | 'lapsed' | 'unverified') => [
    { role: 'breach', mailbox: 'lek@ocmw.example', ...(breach && { verification: breach }) },
    { role: 'dpo', mailbox: 'dpo@ocmw.example', ...(dpo && { verification: dpo }) },
  ];

  it.each([
    ['all shown to be read', registered('verified', 'verified'), []],
    ['one too long ago', registered('verified', 'lapsed'), ['RECEIVER_CONTACT_LAPSED']],
    [
      'one never, one too long ago',
      registered('unverified', 'lapsed'),
      ['RECEIVER_CONTACT_UNVERIFIED', 'RECEIVER_CONTACT_LAPSED'],
    ],
    ['in the protocol alone', [], ['RECEIVER_CONTACT_UNVERIFIED']],
    [
      'shown in another role',
      [
        ...registered('unverified', 'verified'),
        { role: 'dpo', mailbox: 'lek@ocmw.example', verification: 'verified' as const },
      ],
      [],
    ],
  ])('OG-9-contacts %s', (_case, known, findings) => {
    expect(contactFindings('receiver', contacts, known)).toEqual(findings);
  });
});

describe('texts', () => {
  const mail: NoticeMail = {
    kind: 'notice',
    own: false,
    noticeId: '019b0000-0000-7000-8000-000000000001',
    breachedParty: 'Dienst A',
    counterparty: 'Dienst B',
    title: { nl: 'Protocol', fr: 'Protocole', en: 'Protocol' },
    clause: '9-breach',
    nature: ['confidentiality', 'availability'],
    counts: { disclosures: 2, persons: 1, items: 3 },
    cause: null,
    link: null,
  };

  it('OG-9-breach say the same in nl, fr and en, the language of the protocol first, and the same again on a resend', () => {
    const { subject, text } = noticeText(mail, 'fr');
    expect(subject).toBe(`Notification d'une violation de données ${mail.noticeId}`);
    expect(text.indexOf('Dienst A vous informe')).toBeLessThan(text.indexOf('Dienst A stelt u op de hoogte'));
    expect(text).toContain('Concerned: 2 disclosures, 1 persons, 3 items of data');
    expect(text).toContain('vertrouwelijkheid, beschikbaarheid');
    expect(noticeText(mail, 'fr')).toEqual({ subject, text });
    expect(noticeText(mail, 'de').subject).toMatch(/^Melding/);
  });

  it.each(['notAcknowledged', 'mailRefused', 'noContact'] as const)('says why it escalates: %s', (cause) => {
    const { text } = noticeText({ ...mail, kind: 'escalation', own: true, cause }, 'nl');
    expect(text).toContain('Neem onmiddellijk op een andere manier contact op');
    expect(text).not.toContain('undefined');
  });

  it.each(['nl', 'fr', 'de'] as const)(
    'GDPR-33 prepares a filing in %s that says that nothing was filed',
    (language) => {
      const facts: FilingFacts = {
        language,
        reference: mail.noticeId,
        phase: 1,
        controller: 'Dienst A',
        contact: null,
        nature: ['integrity'],
        natureText: 'x',
        occurredFrom: '2026-04-02T06:00:00.000Z',
        occurredTo: null,
        detectedAt: '2026-04-03T08:00:00.000Z',
        processorInformedAt: '2026-04-03T08:30:00.000Z',
        awareAt: '2026-04-03T08:30:00.000Z',
        dueAt: '2026-04-06T08:30:00.000Z',
        categoriesOfSubjects: 'x',
        persons: 1,
        categoriesOfData: 'x',
        records: 2,
        consequences: 'x',
        measures: 'x',
        risk: 'high',
        counterparties: ['Dienst B'],
        delayReasons: 'x',
      };
      const { statement, fields } = filingDocument(facts);
      expect(statement).toMatch(/Convenant (heeft niets|n'a introduit aucune|hat keine)/);
      const articles = new Set(fields.map(({ article }) => article));
      for (const article of ['33(3)(a)', '33(3)(b)', '33(3)(c)', '33(3)(d)']) expect(articles).toContain(article);
      expect(fields.some(({ value }) => value.includes('undefined'))).toBe(false);
      expect(
        filingDocument({ ...facts, processorInformedAt: null, counterparties: [], delayReasons: null }).fields,
      ).toHaveLength(fields.length - 3);
    },
  );

  it('GDPR-34 tells persons in plain words what happened and whom to ask', () => {
    const { nl, fr, en } = subjectText({
      controller: 'Dienst A',
      contact: 'dpo@dienst.example',
      nature: ['confidentiality', 'integrity'],
      occurredOn: '2026-04-02',
      items: og.dataItems.map((item) => item.label),
    });
    for (const text of [nl, fr, en]) expect(text).toMatch(/Dienst A[\s\S]*dpo@dienst\.example$/);
    expect(nl).toContain('onbevoegden kunnen uw gegevens gezien hebben; uw gegevens kunnen gewijzigd zijn');
  });
});

describe('retries', () => {
  it('double up to five minutes', () => {
    expect([1, 2, 3, 100].map((tries) => pauseAfter(tries, 2_000))).toEqual([2_000, 4_000, 8_000, 300_000]);
  });
});
