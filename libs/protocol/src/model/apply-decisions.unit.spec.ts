import { describe, expect, it } from '@jest/globals';
import { applyDecisions, undecidedPoints, type PartyDecision } from '../index.js';
import { allDecisions, fj, og } from '../protocol-files.support.spec.js';

const ceiling = (value: string): PartyDecision => ({
  openPointId: 'phase1-ceiling',
  value,
  decidedBy: 'receiver',
  capacity: 'data protection officer',
  decidedOn: '2026-02-20',
});

describe('applyDecisions', () => {
  it('OG-3-phase1 fills the gap that the text leaves, and leaves the text itself alone', () => {
    const before = JSON.stringify(og);
    const { model, filled } = applyDecisions(og, [ceiling('P90D')]);
    expect(model.retention.rules[0]!.ceiling).toBe('P90D');
    expect(filled).toEqual([
      {
        openPointId: 'phase1-ceiling',
        clause: '3-phase1',
        pointers: ['/retention/rules/0/ceiling'],
        value: 'P90D',
        decisions: [ceiling('P90D')],
      },
    ]);
    expect(JSON.stringify(og)).toBe(before);
  });

  it('never overwrites what the text says', () => {
    const rules = og.retention.rules.map((rule) => ({ ...rule, ceiling: 'P30D' }));
    const { model, filled } = applyDecisions({ ...og, retention: { rules } }, [ceiling('P90D')]);
    expect(model.retention.rules[0]!.ceiling).toBe('P30D');
    expect(filled).toEqual([]);
  });

  it('takes the last decision of a party, and none that is not a value of the point', () => {
    expect(applyDecisions(og, [ceiling('P90D'), ceiling('P60D')]).model.retention.rules[0]!.ceiling).toBe('P60D');
    expect(applyDecisions(og, [ceiling('ninety days')]).filled).toEqual([]);
    expect(applyDecisions(og, [{ ...ceiling('P90D'), openPointId: 'unknown' }]).filled).toEqual([]);
    expect(applyDecisions(og, [{ ...ceiling('P90D'), decidedBy: 'sender' }]).filled).toEqual([]);
  });

  it('FJ-III.3 fills one question in every place that it concerns', () => {
    const { model } = applyDecisions(fj, allDecisions(fj));
    const grounds = model.dataItems.filter((item) => item.specialCategory).map((item) => item.specialCategory!.ground);
    expect(grounds).toHaveLength(4);
    expect(new Set(grounds)).toEqual(new Set(['Selectielijst lokale besturen']));
  });

  it('knows which points still stand in the way of activation', () => {
    expect(undecidedPoints(applyDecisions(og, [ceiling('P90D')])).map(({ id }) => id)).toEqual(['client-declines']);
    expect(undecidedPoints(applyDecisions(og, allDecisions(og)))).toEqual([]);
  });
});
