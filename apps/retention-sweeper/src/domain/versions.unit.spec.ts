import { describe, expect, it } from '@jest/globals';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { readFileSync } from 'node:fs';
import { afterActivation, afterDecision, inForce, type ProtocolRules, type VersionDecision } from './versions.js';

const file = new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url);
const parsed = parseProtocol(readFileSync(file, 'utf8'), { format: 'yaml' });
if (!parsed.ok) throw new Error('The protocol that ships cannot be read');
const model = parsed.model;
const keptFor = (period: string): ProtocolModel => {
  const copy = structuredClone(model);
  for (const rule of copy.retention.rules) if (rule.period !== null) rule.period = period;
  return copy;
};
const periods = ({ rules }: ProtocolRules) => rules.flatMap(({ period }) => period ?? []);
const decision = (version: number, value: string): VersionDecision => ({
  version,
  openPointId: 'destruction-basis',
  value,
  decidedBy: 'receiver',
  capacity: 'archivist',
  decidedOn: '2026-03-01',
});
const bases = ({ rules }: ProtocolRules) => rules.flatMap(({ destructionBasis }) => destructionBasis ?? []);

const first: ProtocolRules = {
  version: 1,
  model,
  decisions: [],
  rules: model.retention.rules,
  revision: 9,
  upcoming: [],
};
const five = { version: 2, model: keptFor('P5Y'), effectiveFrom: 1_000, revision: 12 };

describe('the version that governs what is kept', () => {
  it('changes on the day of the new one and not before', () => {
    const signed = afterActivation(first, five, 999);
    expect([periods(signed), signed.revision, signed.version]).toEqual([['P10Y'], 9, 1]);
    expect(inForce(signed, 999)).toBe(signed);
    const come = inForce(signed, 1_000);
    expect([periods(come), come.revision, come.version, come.upcoming]).toEqual([['P5Y'], 12, 2, []]);
  });

  it('changes at once when the day has come already', () => {
    expect(afterActivation(first, five, 1_000)).toMatchObject({ version: 2, revision: 12, upcoming: [] });
  });

  it('is the last of several whose day has come', () => {
    const three = { version: 3, model: keptFor('P3Y'), effectiveFrom: 2_000, revision: 15 };
    const both = afterActivation(afterActivation(first, five, 0), three, 0);
    expect(periods(inForce(both, 1_500))).toEqual(['P5Y']);
    expect(periods(inForce(both, 2_000))).toEqual(['P3Y']);
    expect(inForce(both, 1_500).upcoming).toEqual([three]);
  });

  it('is never one that a later version overtook before its own day', () => {
    const three = { version: 3, model: keptFor('P3Y'), effectiveFrom: 500, revision: 15 };
    const both = afterActivation(afterActivation(first, five, 0), three, 0);
    expect(periods(inForce(both, 500))).toEqual(['P3Y']);
    expect(periods(inForce(inForce(both, 500), 5_000))).toEqual(['P3Y']);
    expect(periods(inForce(both, 5_000))).toEqual(['P3Y']);
  });

  it('takes the decisions on its own open points only, also those taken before its day', () => {
    const decidedNow = afterDecision(first, decision(1, 'selection rule 7'), 10);
    expect([bases(decidedNow), decidedNow.revision]).toEqual([['selection rule 7'], 10]);
    const signed = afterActivation(decidedNow, five, 0);
    const decidedAhead = afterDecision(signed, decision(2, 'selection rule 8'), 13);
    expect([bases(decidedAhead), decidedAhead.revision]).toEqual([['selection rule 7'], 10]);
    const come = inForce(decidedAhead, 1_000);
    expect([bases(come), come.revision]).toEqual([['selection rule 8'], 13]);
  });

  it('does not depend on when it is looked at', () => {
    const facts = (now: number) =>
      afterDecision(afterActivation(first, five, now), decision(2, 'selection rule 8'), 13);
    expect(inForce(facts(0), 5_000)).toEqual(facts(5_000));
  });
});
