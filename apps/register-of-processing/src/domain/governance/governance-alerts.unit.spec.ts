import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { governanceAlerts, type GovernanceFacts } from './governance-alerts.js';
import { expectedProcessors, isRecorded } from './expected-processors.js';
import { contractPoints, processorReasons, type ProcessorFacts } from './processor-standing.js';

function model(name: string): ProtocolModel {
  const file = readFileSync(new URL(`../../../../../protocols/${name}.yaml`, import.meta.url), 'utf8');
  const parsed = parseProtocol(file, { format: 'yaml' });
  if (!parsed.ok) throw new Error('the shipped file is sound');
  return parsed.model;
}

const og = model('opgroeien--ocmw-sint-gillis-waas');
const fj = model('fod-justitie--departement-wvg');
const terms = {
  publishWithin: 'P7D',
  beginWithin: 'P1M',
  listValid: 'P1Y',
  acknowledgeWithin: 'P14D',
  reviewWithin: 'P1M',
  evidenceValid: 'P1Y',
  answerWithin: 'P14D',
};
const start = Date.parse('2026-02-28T23:00:00Z');
const on = (instant: string) => Date.parse(instant);
const none: GovernanceFacts = {
  model: og,
  version: 1,
  effectiveFrom: start,
  framework: null,
  opinions: {},
  documents: new Set(),
  publications: [],
  host: null,
  processors: [],
  lists: {},
  registered: { sender: { listHash: 'x' }, receiver: { listHash: 'y' } },
  openLawChanges: [],
  evidence: [],
  openRequests: [],
};
const codes = (facts: GovernanceFacts, now: number) =>
  governanceAlerts(facts, terms, now).alerts.map(({ party, code, about }) => `${code} ${about ?? '-'} ${party}`);

describe('alerts of governance', () => {
  it('are none on the first day, and looked at again when the next day begins in Brussels', () => {
    expect(governanceAlerts(none, terms, on('2026-03-01T10:00:00Z'))).toEqual({
      alerts: [],
      nextAt: on('2026-03-01T23:00:00Z'),
    });
  });

  it('tell both parties of an accession that its framework allows less, from the day of that on', () => {
    const accession: ProtocolModel = { ...og, kind: 'accession', framework: og.reference };
    const amended = { ...og, dataItems: og.dataItems.slice(0, 1) };
    const framework = { standing: 'inForce' as const, model: amended, effectiveFrom: start + 1_000, endsAt: null };
    const facts = { ...none, model: accession, framework };
    const told = ({ alerts }: ReturnType<typeof governanceAlerts>) =>
      alerts.filter(({ code }) => code.startsWith('ACC'));
    const before = governanceAlerts(facts, terms, start);
    expect([told(before), before.nextAt]).toEqual([[], start + 1_000]);
    const about = { code: 'ACCESSION_BEYOND_FRAMEWORK', about: 'ACCESSION_WIDER_ITEMS', clause: '3-items' };
    expect(told(governanceAlerts(facts, terms, start + 1_000))).toEqual([
      { ...about, party: 'sender', since: start + 1_000 },
      { ...about, party: 'receiver', since: start + 1_000 },
    ]);
    const within = { ...facts, framework: { ...framework, model: og } };
    expect(told(governanceAlerts(within, terms, start + 1_000))).toEqual([]);
  });

  it('are looked at at the very instant at which something comes due', () => {
    const request = { id: 'r', of: 'receiver' as const, answerBy: on('2026-03-01T12:00:00Z'), clause: null };
    const facts = { ...none, openRequests: [request] };
    const before = governanceAlerts(facts, terms, on('2026-03-01T10:00:00Z'));
    expect(before).toEqual({ alerts: [], nextAt: request.answerBy });
    expect(codes(facts, request.answerBy)).toEqual(['EVIDENCE_REQUEST_OVERDUE r receiver']);
  });

  it('ask only for what the text promises: the one protocol much, the other one little', () => {
    const late = on('2026-04-15T10:00:00Z');
    expect(codes(none, late)).toEqual([
      'PUBLICATION_MISSING - sender',
      'PUBLICATION_MISSING - receiver',
      'PROCESSOR_LIST_NOT_SHARED - sender',
      'PROCESSOR_LIST_NOT_SHARED - receiver',
      'EVIDENCE_MISSING encryption sender',
      'EVIDENCE_MISSING security-policy receiver',
      'EVIDENCE_MISSING dpo receiver',
      'EVIDENCE_MISSING register receiver',
    ]);
    expect(codes({ ...none, model: fj }, late)).toEqual([
      'OPINION_NOT_ATTACHED - sender',
      'OPINION_NOT_ATTACHED - receiver',
      'PROCESSOR_NOT_RECORDED Smals receiver',
    ]);
  });

  it('are not raised for the opinions whose documents are kept', () => {
    const opinions = { sender: { opinionHash: 'a' }, receiver: { opinionHash: 'b' } };
    const facts = { ...none, model: fj, opinions, documents: new Set(['a']) };
    expect(codes(facts, start)).toEqual(['OPINION_NOT_ATTACHED - receiver']);
  });

  it.each([
    ['2026-03-07T22:59:59Z', 0],
    ['2026-03-07T23:00:00Z', 2],
  ])('for a publication begin seven calendar days after the entry into force: %s', (now, count) => {
    expect(codes(none, on(now)).filter((code) => code.startsWith('PUBLICATION'))).toHaveLength(count);
  });
});

describe('the standing of a processor', () => {
  const contract = Object.fromEntries(contractPoints.map((point) => [point, 'Article 1']));
  const whole = { reference: 'C-1', concludedOn: '2026-01-01', ...contract };
  const processor = (more: object = {}, particulars: object = {}): ProcessorFacts => ({
    id: 'p',
    kind: 'processor',
    under: null,
    particulars: { guarantees: 'certificate', contract: whole, ...particulars },
    ...more,
  });
  const day = '2026-06-15';
  const reasons = (one: ProcessorFacts, others: ProcessorFacts[] = []) =>
    processorReasons(one, [one, ...others], day).map(({ code, fields }) => [code, ...fields].join(' '));

  it('is sound with every point of the article', () => expect(reasons(processor())).toEqual([]));

  it.each(contractPoints)('lacks %s', (point) => {
    const { [point]: _, ...rest } = whole as Record<string, string>;
    expect(reasons(processor({}, { contract: rest }))).toEqual([`CONTRACT_INCOMPLETE ${point}`]);
  });

  it.each([
    [{ contract: undefined }, ['CONTRACT_MISSING']],
    [{ guarantees: undefined }, ['GUARANTEES_MISSING']],
    [{ contract: { ...whole, endsOn: day } }, []],
    [{ contract: { ...whole, endsOn: '2026-06-14' } }, ['CONTRACT_EXPIRED']],
    [{ contract: { ...whole, concludedOn: '2026-06-16' } }, ['CONTRACT_NOT_BEGUN']],
  ])('with %j is blocked for %j', (particulars, expected) => {
    expect(reasons(processor({}, particulars))).toEqual(expected);
  });

  it('of a sub-processor hangs on the one above it, however deep, and never on itself', () => {
    const sub = processor({ id: 's', kind: 'subProcessor', under: 'p' }, { authorisation: 'general' });
    expect(reasons(sub, [processor()])).toEqual([]);
    expect(reasons(sub, [processor({}, { contract: undefined })])).toEqual(['PROCESSOR_ABOVE_BLOCKED']);
    expect(reasons(sub)).toEqual(['PROCESSOR_ABOVE_BLOCKED']);
    const circle = processor({ kind: 'subProcessor', under: 's' }, { authorisation: 'general' });
    expect(reasons(sub, [circle])).toEqual(['PROCESSOR_ABOVE_BLOCKED']);
  });
});

describe('the processors that must be on record', () => {
  it('are those that the text names, and the host for each party that is not the host itself', () => {
    const host = { name: 'Host', enterpriseNumber: '0308357753' };
    expect(expectedProcessors(fj, host).map(({ party, name }) => `${name} ${party}`)).toEqual([
      'Smals receiver',
      'Host receiver',
    ]);
  });

  it.each([
    ['Smals', true],
    ['SMALS vzw', true],
    ['Smals VZW.', true],
    ['Smalls', false],
  ])('are recognised by their name: %s', (name, is) => {
    expect(isRecorded(expectedProcessors(fj, null)[0]!, { kind: 'processor', name })).toBe(is);
  });
});
