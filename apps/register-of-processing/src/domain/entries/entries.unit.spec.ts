import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { DeclaredEntry, EntryView } from '@convenant/contracts';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { driftOf, longestKeeping, type DriftFacts, type Flow } from './drift.js';
import { entriesOf } from './entry-content.js';
import { csvCell, entriesCsv } from './entry-csv.js';
import type { EntryFacts } from './entry-facts.js';
import { entryLines } from './entry-lines.js';
import { entriesPage } from './entry-page.js';
import { periodInWords } from './period-words.js';
import { reconcileEntries } from './reconcile-entries.js';

const from = Date.parse('2026-03-01T00:00:00+01:00');
const sender = { id: '01991014-7c00-7000-8000-abc000000001', name: 'Sender', enterpriseNumber: '0308357753', dpo: [] };
const receiver = {
  id: '01991014-7c00-7000-8000-abc000000002',
  name: 'Receiver',
  enterpriseNumber: '0316380841',
  dpo: [],
};

function shipped(name: string): ProtocolModel {
  const parsed = parseProtocol(
    readFileSync(new URL(`../../../../../protocols/${name}.yaml`, import.meta.url), 'utf8'),
    'yaml',
  );
  if (!parsed.ok) throw new Error('A shipped file is not read');
  return parsed.model;
}

const og = shipped('opgroeien--ocmw-sint-gillis-waas');
const fj = shipped('fod-justitie--departement-wvg');

function facts(model: ProtocolModel, declared: { sender?: DeclaredEntry; receiver?: DeclaredEntry } = {}): EntryFacts {
  const of = (entry: DeclaredEntry | undefined) => (entry === undefined ? null : { entry, on: '2026-04-01' });
  return {
    text: { model, version: 1, state: 'inForce', effectiveFrom: from, endsAt: null, changesAt: null },
    parties: { sender, receiver },
    declared: { sender: of(declared.sender), receiver: of(declared.receiver) },
    recorded: { sender: [], receiver: [] },
  };
}

const contentOf = (all: EntryFacts, role: 'sender' | 'receiver') =>
  entriesOf(all).find((entry) => entry.role === role && entry.processor === null)!.content;

describe('entries', () => {
  it('mirror each other: same purposes, data and routes, each side with its own bases', () => {
    const [one, other] = [contentOf(facts(og), 'sender'), contentOf(facts(og), 'receiver')];
    for (const field of ['purposes', 'dataItems', 'routes', 'dataSubjects', 'protocol'] as const) {
      if (field !== 'protocol') expect(one[field]).toEqual(other[field]);
    }
    expect(one.originalPurpose).toMatchObject({ article: '7', clause: '2-original' });
    expect(other.originalPurpose).toBeUndefined();
    expect(other.legalBases.map(({ clause }) => clause)).toEqual(['2-receiver', '2-receiver', '2-receiver']);
    expect(one.recipients.map(({ category }) => category)).toEqual(['social-worker']);
    expect(other.recipients.map(({ category, onward }) => [category, onward])).toEqual([
      ['social-worker', false],
      ['integrated-broad-reception', true],
    ]);
    expect([one.retention, other.retention.map(({ id }) => id)]).toEqual([[], ['until-contact', 'client-file']]);
  });

  it('are also kept of processors that the text names, and of the integrator that carries the data', () => {
    const records = entriesOf(facts(fj)).filter(({ processor }) => processor !== null);
    expect(records.map(({ role, content }) => [role, content.processor, content.purposes])).toEqual([
      ['sender', { name: 'Federale Dienstenintegrator', kind: 'integrator', clause: 'III.8' }, []],
      ['receiver', { name: 'Smals', kind: 'processor', legalForm: 'VZW', clause: 'III.4' }, []],
    ]);
  });

  it('name a recorded processor once, as its party recorded it', () => {
    const known = facts(fj);
    const recorded = {
      ...known.recorded,
      receiver: [{ name: 'SMALS', kind: 'processor' as const, activities: 'hosting' }],
    };
    expect(contentOf({ ...known, recorded }, 'receiver').processors).toEqual(recorded.receiver);
  });

  it.each<[string, DeclaredEntry, [string, string, string][]]>([
    ['nothing but a reference', { reference: 'R-1' }, []],
    [
      'the same lists in another order',
      { reference: 'R-1', dataItems: fj.dataItems.map(({ id }) => id).reverse() },
      [],
    ],
    [
      'another purpose',
      { reference: 'R-1', purposes: ['research'] },
      [
        ['purposes', 'notInProtocol', 'research'],
        ['purposes', 'missingInOwnRegister', 'help-and-services-to-detainees'],
      ],
    ],
    [
      'a further recipient',
      { reference: 'R-1', recipients: [{ category: 'authorized-user' }, { category: 'insurer' }] },
      [['recipients', 'notInProtocol', 'insurer']],
    ],
    [
      'a rule that there is not',
      { reference: 'R-1', retention: [{ rule: 'for-ever', period: 'P99Y' }] },
      [['retention', 'notInProtocol', 'for-ever']],
    ],
    ['a period where the text has none', { reference: 'R-1', retention: [{ rule: 'chapter-two', period: 'P9Y' }] }, []],
    ['a processor written otherwise', { reference: 'R-1', processors: ['smals '] }, []],
    [
      'no processor and a third country',
      { reference: 'R-1', processors: [], thirdCountries: ['US'] },
      [
        ['processors', 'missingInOwnRegister', 'Smals'],
        ['thirdCountries', 'notInProtocol', 'US'],
      ],
    ],
  ])('of a receiver that declares %s differ in those points', (_title, declared, expected) => {
    const found = reconcileEntries(facts(fj, { receiver: declared }));
    expect(found.map(({ aspect, kind, about }) => [aspect, kind, about])).toEqual(expected);
    expect(found.every(({ party }) => party === receiver.id)).toBe(true);
  });

  it.each([
    ['P10Y', undefined],
    ['P120M', undefined],
    ['P11Y', 'longerThanProtocol'],
    ['P5Y', 'shorterThanProtocol'],
  ])('keep values %s where ten years are agreed: %s', (period, kind) => {
    const declared = { reference: 'R', retention: [{ rule: 'client-file', period }] };
    expect(reconcileEntries(facts(og, { receiver: declared }))[0]?.kind).toBe(kind);
  });

  it('of a sender need not name recipients that only the receiver reaches', () => {
    const declared = { reference: 'R', recipients: [{ category: 'social-worker' }] };
    expect(reconcileEntries(facts(og, { sender: declared }))).toEqual([]);
    expect(reconcileEntries(facts(og, { receiver: declared }))).toMatchObject([
      { about: 'integrated-broad-reception' },
    ]);
  });
});

describe('drift', () => {
  const at = (date: string) => Date.parse(`${date}T10:00:00Z`);
  const flow: Flow = {
    protocolVersion: 1,
    category: 'authorized-user',
    purpose: 'help-and-services-to-detainees',
    route: 'federal-integrator',
    items: ['name'],
    disclosures: 3,
    firstAt: at('2026-04-01'),
    lastAt: at('2026-05-01'),
  };
  const base: DriftFacts = {
    protocolId: 'p',
    entry: { id: 'e', content: contentOf(facts(fj), 'receiver') },
    mismatches: [],
    flows: [flow],
    outsideTerm: null,
    keptTooLong: null,
  };
  const kinds = (more: Partial<DriftFacts>, now = at('2026-05-02')) =>
    driftOf({ ...base, ...more }, now, 30).map(({ kind, about }) => [kind, about]);
  const mismatch = { party: receiver.id, kind: 'notInProtocol', about: 'Cloud', aspect: 'processors' } as const;

  it.each<[string, Partial<DriftFacts>, unknown[]]>([
    ['none where all is registered', {}, []],
    ['a flow of which there is no entry', { entry: null }, [['FLOW_WITHOUT_ENTRY', undefined]]],
    ['nothing where neither is', { entry: null, flows: [] }, []],
    [
      'a flow outside the term',
      { outsideTerm: { disclosures: 1, since: from - 1 } },
      [['FLOW_WITHOUT_ENTRY', undefined]],
    ],
    ['an unknown recipient', { flows: [{ ...flow, category: 'insurer' }] }, [['RECIPIENT_UNKNOWN', 'insurer']]],
    ['an unknown purpose', { flows: [{ ...flow, purpose: 'research' }] }, [['PURPOSE_UNKNOWN', 'research']]],
    ['an unknown item', { flows: [{ ...flow, items: ['name', 'dna'] }] }, [['ITEM_UNKNOWN', 'dna']]],
    ['an unknown route', { flows: [{ ...flow, route: 'fax' }] }, [['ROUTE_UNKNOWN', 'fax']]],
    ['nothing of a version that had another text', { flows: [{ ...flow, protocolVersion: 2, route: 'fax' }] }, []],
    [
      'nothing of what was learnt without its way',
      {
        flows: [{ ...flow, protocolVersion: null, category: null, purpose: null, route: null }],
      },
      [],
    ],
    ['a processor only one register has', { mismatches: [mismatch] }, [['PROCESSOR_UNKNOWN', 'Cloud']]],
    ['nothing that is the other party’s', { mismatches: [{ ...mismatch, party: sender.id }] }, []],
    ['values kept too long', { keptTooLong: { disclosures: 2, since: from } }, [['RETENTION_LONGER', undefined]]],
  ])('is %s', (_title, more, expected) => {
    expect(kinds(more)).toEqual(expected);
  });

  it('is an entry without flow from that many days after the last one, or after it took effect', () => {
    expect(kinds({}, at('2026-05-30'))).toEqual([]);
    expect(kinds({}, at('2026-05-31'))).toEqual([['ENTRY_WITHOUT_FLOW', undefined]]);
    expect(kinds({ flows: [] }, at('2026-03-30'))).toEqual([]);
    expect(kinds({ flows: [] }, at('2026-03-31'))).toEqual([['ENTRY_WITHOUT_FLOW', undefined]]);
  });

  it('knows how long values may be kept only where that follows from their arrival', () => {
    const content = contentOf(facts(fj), 'receiver');
    const rule = content.retention[0]!;
    expect(longestKeeping(content)).toBeNull();
    expect(longestKeeping(contentOf(facts(og), 'receiver'))).toBeNull();
    const retention = [
      { ...rule, period: 'P5Y' },
      { ...rule, period: 'P6M' },
    ];
    expect(longestKeeping({ ...content, retention })).toBe('P5Y');
  });
});

describe('exports', () => {
  const hostile = '=HYPERLINK("http://x")<script>alert(1)</script>';
  const entry: EntryView = {
    id: '01991014-7c00-7000-8000-abc000000003',
    protocolId: '01991014-7c00-7000-8000-abc000000004',
    party: receiver.id,
    side: 'controller',
    version: 2,
    contentHash: 'c'.repeat(64),
    versionedAt: '2026-04-01T10:00:00.000Z',
    content: contentOf(facts(og, { receiver: { reference: hostile, processors: [] } }), 'receiver'),
    mismatches: [],
    activity: { disclosures: 4, recipients: [], routes: [] },
  };

  it.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t'=1"`],
    ['\r=1', `"'\r'=1"`],
    [' =1', `"' =1"`],
    ['a\n=1', `"a\n'=1"`],
    ['＝1', `"'＝1"`],
    ['a;=1', `"a;'=1"`],
    ['a; "=1', `"a;' ""=1"`],
    ['a\t@x', `"a\t'@x"`],
    ['\t=1;-2', `"'\t'=1;'-2"`],
    ['a; b, -c', '"a; b, -c"'],
    ['say "a=b"', '"say ""a=b"""'],
    ['a-b', '"a-b"'],
    ['', '""'],
  ])('write %j as a cell that no spreadsheet executes', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it('are told to people: periods in words, numbers as they are written, and the law by its name', () => {
    const [first, second] = entry.content.retention;
    const retention = [{ ...first!, ceiling: 'P6M' }, second!];
    const told = (language: 'nl' | 'fr' | 'en') =>
      entryLines({ ...entry, content: { ...entry.content, retention } }, language);
    expect(told('nl').retention[0]).toMatch(/, ten hoogste 6 maanden \(clausule 3-phase1\)$/);
    expect(told('fr').retention[0]).toContain('au plus 6 mois');
    expect(told('en').retention[1]).toContain(', 10 years, ');
    const law = (['nl', 'fr', 'en'] as const).map(
      (language) => /6\(1\)\(e\) (\w+)/.exec(told(language).legalBases[0]!)![1],
    );
    expect(law).toEqual(['AVG', 'RGPD', 'GDPR']);
    expect(told('nl').dataSubjects).toEqual(['Cliënten die met hun toestemming naar het OCMW worden doorverwezen']);
    expect(told('nl').enterpriseNumber[0]).toMatch(/^\d{4}\.\d{3}\.\d{3}$/);
    expect(['P1Y6M', 'P1M', 'P2W', 'P1D', 'PT72H'].map((period) => periodInWords(period, 'en'))).toEqual([
      '1 year and 6 months',
      '1 month',
      '2 weeks',
      '1 day',
      'PT72H',
    ]);
  });

  it('are a CSV with a header and one record for each entry, whatever stands in it', () => {
    const csv = entriesCsv([entry, entry], 'nl');
    expect(csv.startsWith('\uFEFF"entryId","entryVersion"')).toBe(true);
    expect(csv.split('\r\n')).toHaveLength(4);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")`);
  });

  it.each(['nl', 'fr', 'en'] as const)(
    'are a page in %s with nothing from elsewhere and no markup of others',
    (language) => {
      const page = entriesPage([entry], 'A & B', '2026-04-01', language, 'hash');
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).toContain('A &#38; B');
      expect(page).not.toMatch(/<script|src=|href=|url\(|@import/);
      expect(page).toContain('&#60;script&#62;');
      expect(page).toContain("default-src 'none'");
    },
  );
});
