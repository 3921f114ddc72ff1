import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Check } from 'typebox/value';
import { parse, stringify } from 'yaml';
import { canonicalProtocol, parseProtocol, protocolSchema } from '../index.js';
import { fileText, fj, og } from '../protocol-files.support.spec.js';
import { shapeFaults } from './shape-check.js';

const text = fileText('opgroeien--ocmw-sint-gillis-waas.yaml');
const findings = (file: string, format: 'yaml' | 'json' = 'yaml') => {
  const parsed = parseProtocol(file, { format });
  return parsed.ok ? [] : parsed.findings;
};
const changed = (from: string | RegExp, to: string) => {
  const file = text.replace(from, to);
  expect(file).not.toBe(text);
  return file;
};
const lineOf = (file: string, words: string) => file.slice(0, file.indexOf(words)).split('\n').length;

describe('parseProtocol', () => {
  it('OG-title and every other clause of the text is read from the file that ships', () => {
    expect(og.regime).toMatchObject({ id: 'be-vl-art8', clause: 'title' });
    expect(og.clauses.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'A',
        'B',
        'C-consent',
        'D',
        'E',
        'F',
        '1',
        '2-receiver',
        '3-phase1',
        '3-phase2',
        '4',
        '5-duration',
        '6-channel',
        '7',
        '8',
        '9-breach',
        '10',
        '11-notice',
        'end',
      ]),
    );
  });

  it('FJ-title and every other clause of the text is read from the file that ships', () => {
    expect(fj.regime).toMatchObject({ id: 'be-fed-art20', clause: 'title' });
    expect(fj.clauses.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['I', 'II', 'III.1', 'III.10', 'fn1', 'fn5', 'IV-start', 'IV-end']),
    );
  });

  it('OG-A-B holds the status of both parties and FJ-II their numbers', () => {
    expect(og.parties.sender.status.clause).toBe('A');
    expect(og.parties.receiver.status.clause).toBe('B');
    expect([fj.parties.sender.kbo, fj.parties.receiver.kbo]).toEqual(['0308.357.753', '0316.380.841']);
  });

  it('reads JSON to the same data as YAML, whatever the order of the keys', () => {
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(og).reverse()));
    const parsed = parseProtocol(reversed, { format: 'json' });
    expect(parsed.ok && canonicalProtocol(parsed.model)).toBe(canonicalProtocol(og));
    const again = parseProtocol(stringify(og, { lineWidth: 0 }), { format: 'yaml' });
    expect(again.ok && canonicalProtocol(again.model)).toBe(canonicalProtocol(og));
  });

  it('leaves the pointer to the schema out of the canonical form', () => {
    expect(canonicalProtocol({ ...og, $schema: 'elsewhere' })).toBe(canonicalProtocol(og));
  });

  it('names the key that was probably meant, with line and column', () => {
    const file = changed('periodicity:', 'periodicty:');
    expect(findings(file)).toMatchObject([
      {
        code: 'KEY_UNKNOWN',
        pointer: '/periodicty',
        line: lineOf(file, 'periodicty:'),
        column: 1,
        text: { en: 'Unknown key. (periodicty) Expected: periodicity.' },
      },
      { code: 'KEY_MISSING', text: { en: 'A required key is missing. (periodicity)' } },
    ]);
  });

  it('refuses a key given twice', () => {
    expect(findings(`${text}\nlanguage: fr\n`)).toMatchObject([{ code: 'KEY_DUPLICATE' }]);
  });

  it.each([
    ['a date that does not exist', /on: 2026-03-01/, 'on: 2026-02-30', 'DATE_IMPOSSIBLE', '/entryIntoForce/on'],
    [
      'an enterprise number with wrong check digits',
      '0886.886.638',
      '0886.886.639',
      'ENTERPRISE_NUMBER_INVALID',
      '/parties/sender/kbo',
    ],
    ['the same body twice', '0212.169.781', '0886.886.638', 'PARTIES_EQUAL', '/parties/receiver/kbo'],
    [
      'an end before the start',
      'agreement: cooperation-agreement, endsOn: null',
      'agreement: cooperation-agreement, endsOn: 2026-02-01',
      'END_BEFORE_START',
      '/duration/endsOn',
    ],
    [
      'a clause that is not in the table',
      "recipientsClause: '4'",
      "recipientsClause: '44'",
      'CLAUSE_UNKNOWN',
      '/recipientsClause',
    ],
    [
      'an open point that fills what is not open',
      'fills: [/signature/on]',
      'fills: [/signature/place]',
      'REFERENCE_UNKNOWN',
      '/openPoints/7/fills',
    ],
    [
      'a competence on a field that does not exist',
      'field: postalCode, values',
      'field: postcode, values',
      'REFERENCE_UNKNOWN',
      '/recipients/0/competence/item',
    ],
    ['an id given twice', '- id: destruction-basis', '- id: phase1-ceiling', 'ID_DUPLICATE', '/openPoints/2'],
    ['a word that is not in the list', 'kind: bilateral', 'kind: bilatral', 'VALUE_INVALID', '/kind'],
    ['a period that is none', 'period: P10Y', 'period: 10 years', 'VALUE_INVALID', '/retention/rules/1/period'],
    [
      'a personal name where a mailbox belongs',
      'mailbox: dpo@opgroeien.be',
      'mailbox: Ada Voorbeeld',
      'VALUE_INVALID',
      '/breach/contacts/0/mailbox',
    ],
  ])('refuses %s', (_, from, to, code, pointer) => {
    const found = findings(changed(from, to));
    expect(found).toMatchObject([{ code, pointer, severity: 'error' }]);
    expect(found[0]!.line).toBeGreaterThan(1);
  });

  it.each([
    ['kbo: 0886.886.638', 'kbo: 0886.886.639', 'parties'],
    ['period: P10Y', 'period: 10 years', '3-phase2'],
    ['language: nl', 'langage: nl', undefined],
    // What the file lists nowhere is quoted to nobody.
    ['clause: C-consent', 'clause: Ada-Voorbeeld', undefined],
  ])('names the clause around a fault, where there is one: %s as %s', (from, to, clause) => {
    expect(findings(changed(from, to))[0]!.clause).toBe(clause);
  });

  it('reports all faults at once and repeats no value', () => {
    const found = findings(
      changed('language: nl', 'language: secret-value')
        .replace('format: 1', 'format: 2')
        .replace('kind: bilateral', 'kind: secret-value'),
    );
    expect(found.map(({ code }) => code)).toEqual(['VALUE_INVALID', 'VALUE_INVALID', 'VALUE_INVALID']);
    expect(JSON.stringify(found)).not.toContain('secret-value');
  });

  it.each([
    ['more than 1 MiB', `${text}\n#${'x'.repeat(1_048_576)}`, 'FILE_TOO_LARGE'],
    ['more than 1 MiB of bytes in fewer characters', `# ${'é'.repeat(600_000)}`, 'FILE_TOO_LARGE'],
    ['an alias bomb', `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]`, 'ALIAS_REFUSED'],
    ['an anchor alone', 'a: &a 1', 'ALIAS_REFUSED'],
    ['brackets nested without end', '['.repeat(50_000), 'FILE_UNREADABLE'],
    [
      'indentation nested without end',
      Array.from({ length: 900 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'FILE_UNREADABLE',
    ],
    ['broken YAML', 'a: [1', 'FILE_UNREADABLE'],
    ['two documents', 'a: 1\n---\nb: 2', 'FILE_UNREADABLE'],
    ['nothing', '', 'VALUE_INVALID'],
    ['a list', '- 1', 'VALUE_INVALID'],
  ])('survives %s', (_, file, code) => {
    expect(findings(file)[0]).toMatchObject({ code });
  });

  it('refuses YAML that is offered as JSON', () => {
    expect(findings(text, 'json')).toMatchObject([{ code: 'FILE_UNREADABLE' }]);
  });

  it('finds the place of a JSON Pointer', () => {
    const parsed = parseProtocol(text, { format: 'yaml' });
    expect(parsed.ok && parsed.locate('/retention/rules/0/ceiling').line).toBe(lineOf(text, 'ceiling: null'));
  });

  it('agrees with the schema library on what has the right shape', () => {
    const paths: (string | number)[][] = [];
    const collect = (node: unknown, path: (string | number)[]) => {
      paths.push(path);
      if (typeof node === 'object' && node !== null)
        for (const [key, value] of Object.entries(node))
          collect(value, [...path, Array.isArray(node) ? Number(key) : key]);
    };
    collect(og, []);
    const junk = fc.constantFrom<unknown>(null, 0, '', 'x', true, [], {}, ['x'], { nl: 'x' }, '2026-01-01', undefined);
    fc.assert(
      fc.property(fc.constantFrom(...paths.slice(1)), junk, (path, value) => {
        const copy = structuredClone(og) as unknown;
        const parent = path.slice(0, -1).reduce((node, step) => (node as never)[step], copy) as Record<
          string | number,
          unknown
        >;
        if (value === undefined && !Array.isArray(parent)) delete parent[path.at(-1)!];
        else parent[path.at(-1)!] = value ?? null;
        expect(shapeFaults(protocolSchema, copy).length === 0).toBe(Check(protocolSchema, copy));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 300 }),
          fc.json(),
          fc.integer({ min: 0, max: text.length - 200 }).map((cut) => text.slice(0, cut) + text.slice(cut + 100)),
        ),
        (file) => void parseProtocol(file, { format: 'yaml' }),
      ),
      { numRuns: 60 },
    );
  });

  it('publishes its shape as JSON Schema, and the published one is current', () => {
    expect(JSON.parse(fileText('protocol.schema.json'))).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...JSON.parse(JSON.stringify(protocolSchema)),
    });
  });

  it('ships no mail address but functional ones', () => {
    for (const name of ['opgroeien--ocmw-sint-gillis-waas.yaml', 'fod-justitie--departement-wvg.yaml']) {
      const addresses = new Set(JSON.stringify(parse(fileText(name))).match(/[\w.-]+@[\w.-]+\w/g) ?? []);
      for (const address of addresses)
        expect(['dpo@opgroeien.be', 'informatica@sint-gillis-waas.be', 'welzijnshuis@sint-gillis-waas.be']).toContain(
          address,
        );
    }
  });
});
