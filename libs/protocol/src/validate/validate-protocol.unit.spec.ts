import { describe, expect, it } from '@jest/globals';
import { validateProtocol, type ProtocolModel } from '../index.js';
import { allDecisions, fj, og, third } from '../protocol-files.support.spec.js';

const onDate = '2026-03-01';
const found = (model: ProtocolModel) => validateProtocol(model, { onDate });
const at = (model: ProtocolModel, code: string) => found(model).filter((one) => one.code === code);
const clauses = (model: ProtocolModel, code: string) => at(model, code).map(({ clause }) => clause);

describe('what the validator finds on the OG text as it stands', () => {
  it.each<[string, string, string[]]>([
    ['OG-4 and OG-8 cite points of articles 2 and 5 that do not exist', 'REFERENCE_DANGLING', ['4', '8']],
    [
      'OG-6-channel secures the data of article 2, but the list is in article 3',
      'REFERENCE_MISDIRECTED',
      ['6-channel'],
    ],
    ['OG-C-consent says "(zie lager)", which points nowhere', 'PASSAGE_NOT_FOUND', ['C-consent']],
    ['OG-C-annex says "(zie bijlage)", which is not attached', 'ANNEX_NOT_ATTACHED', ['C-annex']],
    ['OG-3-phase1 is silent on the client who declines', 'RETENTION_SILENT_ON_DECLINED', ['3-phase1']],
    ['OG-3-phase1 sets no ceiling', 'RETENTION_WITHOUT_CEILING', ['3-phase1']],
    [
      'OG-3-phase2 leans on archive rules, which is not yet leave to destroy',
      'RETENTION_WITHOUT_DESTRUCTION_BASIS',
      ['3-phase2'],
    ],
    ['OG-9-breach still has text in brackets', 'TEXT_IN_BRACKETS', ['9-breach']],
    ['OG-9-contacts gives an IT mailbox for the OCMW', 'BREACH_CONTACT_NOT_DPO', ['9-contacts']],
    ['OG-C-receiver says residence where article 6 says stay', 'TERMS_DIFFER', ['C-receiver']],
    ['OG-11-notice does not say when the six months start', 'NOTICE_START_UNDEFINED', ['11-notice']],
    ['OG-E-F has opinions on a draft', 'OPINION_ON_DRAFT', ['E', 'F']],
    ['OG-E-F has opinions without outcome', 'OPINION_WITHOUT_OUTCOME', ['E', 'F']],
    ['OG-E-F has opinions older than the cooperation agreement', 'OPINION_OLDER_THAN_AGREEMENT', ['E', 'F']],
    ['OG-end is dated without a year', 'SIGNATURE_DATE_INCOMPLETE', ['end']],
  ])('%s', (_, code, expected) => expect(clauses(og, code)).toEqual(expected));

  it('OG-title has all the content that the decree requires', () => {
    expect(found(og).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(
      found(og)
        .filter(({ code }) => code.endsWith('_ABSENT'))
        .map(({ code }) => code),
    ).toEqual(['DPO_CONTACT_ABSENT']);
  });
});

describe('what the validator finds on the FJ text as it stands', () => {
  it.each<[string, string, string[]]>([
    ['FJ-IV-start is blank, so it cannot be activated as it stands', 'SIGNATURE_DATE_BLANK', ['IV-start']],
    ['FJ-III.1 cites article 3 where point 3 is meant', 'REFERENCE_DANGLING', ['III.1']],
    ['FJ-I has undated opinions', 'OPINION_UNDATED', ['I', 'I']],
    ['FJ-I has opinions that are not attached', 'OPINION_NOT_ATTACHED', ['I', 'I']],
    ['FJ-title lacks recipients', 'RECIPIENTS_ABSENT', ['title']],
    ['FJ-title lacks periodicity', 'PERIODICITY_ABSENT', ['title']],
    ['FJ-title lacks limits on rights', 'RIGHTS_LIMITS_ABSENT', ['title']],
    ['FJ-title lacks sanctions', 'SANCTIONS_ABSENT', ['title']],
    ['FJ-title lacks security measures', 'SECURITY_MEASURES_ABSENT', ['title']],
    ['FJ-title lacks the data format', 'DATA_FORMAT_ABSENT', ['title']],
    ['FJ-publication is not in the text: a warning until the law is confirmed', 'PUBLICATION_ABSENT', ['title']],
    ['FJ-III.9 says integrators where III.8 names one', 'TERMS_DIFFER', ['III.8']],
    ['FJ-III.6 has no retention period', 'RETENTION_PERIOD_ABSENT', ['III.6']],
    ['FJ-I has mail addresses damaged by recognition', 'TEXT_DAMAGED', ['I', 'I']],
    ['FJ-II has one enterprise number for a whole authority', 'ENTERPRISE_NUMBER_SHARED', ['II']],
    [
      'FJ-III.3 carries data that betrays a detention, without a ground',
      'SPECIAL_CATEGORY_WITHOUT_GROUND',
      ['III.3', 'III.3', 'III.3', 'III.3'],
    ],
  ])('%s', (_, code, expected) => expect(clauses(fj, code)).toEqual(expected));

  it('FJ-title takes missing items as findings and not errors, because the law says may', () => {
    expect(found(fj).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('findings in general', () => {
  it('a point that the parties settled stays visible as a note, with who decided and when', () => {
    const decisions = allDecisions(og);
    const ceiling = validateProtocol(og, { onDate, decisions }).find(
      ({ code }) => code === 'RETENTION_WITHOUT_CEILING',
    );
    expect(ceiling).toMatchObject({
      severity: 'note',
      openPoint: 'phase1-ceiling',
      decided: [{ decidedBy: 'receiver', decidedOn: '2026-02-20', value: 'P90D' }],
    });
    expect(at(og, 'RETENTION_WITHOUT_CEILING')).toMatchObject([{ severity: 'warning', openPoint: 'phase1-ceiling' }]);
  });

  it('each is said in three languages, with its source and what to do', () => {
    for (const one of [...found(og), ...found(fj), ...found(third)]) {
      for (const texts of [one.text, one.todo])
        expect(Object.values(texts).every((text) => text.length > 5 && !/[{}]/.test(text))).toBe(true);
      expect(one.source).not.toBe('');
    }
  });

  it('come from the data and not from the protocol: a repaired text has none of them', () => {
    const repaired: ProtocolModel = {
      ...og,
      clauses: og.clauses.map(({ id, title, text }) => ({ id, title, text })),
      terms: [],
      opinions: og.opinions.map((opinion) => ({ ...opinion, on: '2026-02-10', outcome: 'positive', about: 'final' })),
      signature: { ...og.signature, on: '2026-02-27' },
      retention: {
        rules: og.retention.rules.map((rule) => ({
          ...rule,
          ceiling: 'P90D',
          onDeclined: 'erase',
          destructionBasis: 'Selectielijst',
        })),
      },
      endings: og.endings.map((ending) => ({ ...ending, periodStart: 'receipt' })),
      parties: {
        ...og.parties,
        receiver: { ...og.parties.receiver, dpo: { contact: 'informatica@sint-gillis-waas.be', clause: '9-contacts' } },
      },
    };
    expect(found(repaired)).toEqual([]);
  });

  it('OG-title names as an error what the decree requires and the text lacks', () => {
    expect(validateProtocol({ ...og, governingLaw: null }, { onDate })[0]).toMatchObject({
      code: 'GOVERNING_LAW_ABSENT',
      severity: 'error',
    });
  });

  it('FJ-title takes as an error a condition of the regime that is not met', () => {
    const applicability = fj.regime.applicability.map((one) => ({ ...one, answer: 'no' as const }));
    expect(
      validateProtocol({ ...fj, regime: { ...fj.regime, applicability } }, { onDate }).filter(
        ({ code }) => code === 'REGIME_NOT_APPLICABLE',
      ),
    ).toHaveLength(5);
  });

  it('judge by the version of the regime in force on the date', () => {
    const sources = (date: string) => validateProtocol({ ...og, governingLaw: null }, { onDate: date })[0];
    expect(sources('2018-01-01')).toMatchObject({ code: 'REGIME_NOT_IN_FORCE', severity: 'error' });
    expect(sources('2020-01-01')?.source).not.toBe(sources('2026-01-01')?.source);
  });

  it('FJ-III.1 takes as an error a side without a ground of Art. 6(1)(c) or (e)', () => {
    expect(
      validateProtocol({ ...fj, legalBases: fj.legalBases.slice(0, 1) }, { onDate })
        .filter(({ severity }) => severity === 'error')
        .map(({ code }) => code),
    ).toEqual(['GROUND_ABSENT']);
  });
});
