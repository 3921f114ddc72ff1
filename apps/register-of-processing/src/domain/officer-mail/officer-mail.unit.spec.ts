import { describe, expect, it } from '@jest/globals';
import { officerMail, type OfficerNews } from './officer-mail.js';
import { topicTexts } from './officer-mail-texts.js';

const title = { nl: 'Protocol premies', fr: 'Protocole primes', en: 'Protocol on premiums' };
const news = (change: Partial<OfficerNews> = {}): OfficerNews => ({
  party: 'Gemeente Modelgem',
  topic: 'EVIDENCE_MISSING',
  phase: 'raised',
  protocol: { title, language: 'nl', clause: '6-policy' },
  about: 'security-policy',
  at: Date.parse('2026-03-31T22:00:00Z'),
  reference: '0198c2b0-0000-7000-8000-000000000001',
  link: '/register/v1/protocols/p/alerts',
  ...change,
});

describe('the mail to an officer', () => {
  it('says what, which, since when in Brussels, what to do and where to read it', () => {
    expect(officerMail(news())).toEqual({
      subject: 'Convenant: Een maatregel is niet aangetoond',
      body: [
        'Gemeente Modelgem',
        '',
        'Wat: Een maatregel is niet aangetoond',
        'Protocol: Protocol premies (6-policy)',
        'Betreft: security-policy',
        'Sinds: 1 april 2026 om 00:00',
        'Te doen: Laad een document op dat de maatregel aantoont.',
        'Referentie: 0198c2b0-0000-7000-8000-000000000001',
        'Te lezen in Convenant: /register/v1/protocols/p/alerts',
        '',
      ].join('\n'),
    });
  });

  it('asks for nothing once it is resolved', () => {
    const { subject, body } = officerMail(news({ phase: 'resolved', about: null }));
    expect(subject).toBe('Convenant: opgelost: Een maatregel is niet aangetoond');
    expect(body).toContain('Opgelost: Een maatregel is niet aangetoond');
    expect(body).toContain('Op: 1 april 2026');
    expect(body).toContain('U hoeft niets te doen.');
    expect(body).not.toMatch(/Te doen|Betreft/);
  });

  it('is in the language of the text, in English where the product does not speak it, and in all three without a text', () => {
    const subjectIn = (language: string) => officerMail(news({ protocol: { title, language, clause: null } })).subject;
    expect(['nl', 'fr', 'de'].map(subjectIn)).toEqual([
      'Convenant: Een maatregel is niet aangetoond',
      "Convenant: Une mesure n'est pas démontrée",
      'Convenant: Nothing shows a measure',
    ]);
    const { body } = officerMail(news({ protocol: null, topic: 'CONTACT_LAPSED', about: 'breach' }));
    for (const [what, todo] of Object.values(topicTexts.CONTACT_LAPSED)) {
      expect(body).toContain(what);
      expect(body).toContain(todo);
    }
  });

  it('has words for every topic that differ from language to language', () => {
    for (const [topic, { nl, fr, en }] of Object.entries(topicTexts)) {
      expect([topic, new Set([...nl, ...fr, ...en]).size]).toEqual([topic, 6]);
    }
  });
});
