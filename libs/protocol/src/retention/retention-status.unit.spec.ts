import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInstant } from '@convenant/kernel';
import { applyDecisions, retentionStatus, type TriggerFact } from '../index.js';
import { allDecisions, effectiveFj, fj, og } from '../protocol-files.support.spec.js';

const rules = applyDecisions(og, allDecisions(og)).model.retention.rules;
const open = og.retention.rules;
const on = (instant: string) => parseInstant(instant);
const delivered: TriggerFact = { trigger: 'delivered', at: on('2026-04-10T09:00:00Z') };
const outcome = (wanted: boolean): TriggerFact => ({
  trigger: 'contactOutcome',
  at: on('2026-05-02T09:00:00Z'),
  wanted,
});
const opened: TriggerFact = { trigger: 'dossierOpened', at: on('2026-05-03T09:00:00Z') };
const closed = (at: string): TriggerFact => ({ trigger: 'dossierClosed', at: on(at) });
const reopened: TriggerFact = { trigger: 'dossierReopened', at: on('2027-01-01T09:00:00Z') };

describe('retentionStatus', () => {
  it('OG-3-phase1 keeps until the contact outcome, with the agreed ceiling as an alert and no erasure by itself', () => {
    expect(retentionStatus(rules, [delivered])).toEqual({
      rule: 'until-contact',
      clause: '3-phase1',
      dueAt: null,
      ceilingAt: on('2026-07-09T09:00:00Z'),
      gap: null,
    });
    expect(retentionStatus(open, [delivered])).toMatchObject({ ceilingAt: null });
  });

  it('OG-3-phase2 is due at once when the client declines, where the parties decided so', () => {
    expect(retentionStatus(rules, [delivered, outcome(false)])).toMatchObject({
      rule: 'until-contact',
      dueAt: outcome(false).at,
      gap: null,
    });
    expect(retentionStatus(open, [delivered, outcome(false)])).toMatchObject({ dueAt: null, gap: 'onDeclined' });
    const keep = rules.map((rule) => ({ ...rule, onDeclined: 'keepToCeiling' as const }));
    expect(retentionStatus(keep, [delivered, outcome(false)])).toMatchObject({ dueAt: on('2026-07-09T09:00:00Z') });
  });

  it('OG-3-phase2 keeps an open file and is due ten calendar years after it closed', () => {
    expect(retentionStatus(rules, [delivered, outcome(true), opened])).toMatchObject({
      rule: 'client-file',
      clause: '3-phase2',
      dueAt: null,
    });
    // Across the change of the clock and a leap day: the same local time on the same day.
    const happened = [delivered, outcome(true), opened, closed('2026-12-01T09:00:00+01:00')];
    expect(retentionStatus(rules, happened)).toMatchObject({ dueAt: on('2036-12-01T09:00:00+01:00'), gap: null });
    expect(retentionStatus(rules, [delivered, outcome(true), closed('2028-02-29T09:00:00+01:00')])).toMatchObject({
      dueAt: on('2038-02-28T09:00:00+01:00'),
    });
  });

  it('OG-3-phase2 starts again when the file is reopened and closed once more', () => {
    const happened = [delivered, outcome(true), opened, closed('2026-12-01T09:00:00Z'), reopened];
    expect(retentionStatus(rules, happened)).toMatchObject({ rule: 'client-file', dueAt: null });
    expect(retentionStatus(rules, [...happened, closed('2028-12-01T09:00:00Z')])).toMatchObject({
      dueAt: on('2038-12-01T09:00:00Z'),
    });
  });

  it('OG-3-phase2 has a gap while no destruction basis is on record', () => {
    expect(retentionStatus(open, [delivered, outcome(true), closed('2026-12-01T09:00:00Z')])).toMatchObject({
      dueAt: on('2036-12-01T09:00:00Z'),
      gap: 'destructionBasis',
    });
  });

  it('FJ-III.6 has a gap until the receiver says how long', () => {
    expect(retentionStatus(fj.retention.rules, [delivered])).toMatchObject({ dueAt: null, gap: 'period' });
    expect(retentionStatus(effectiveFj.retention.rules, [delivered])).toMatchObject({
      dueAt: on('2026-07-09T09:00:00Z'),
      gap: null,
    });
  });

  it('says nothing where nothing happened or nothing is agreed', () => {
    expect(retentionStatus([], [delivered])).toMatchObject({ rule: null, dueAt: null });
    expect(retentionStatus(rules, [])).toMatchObject({ rule: 'until-contact', dueAt: null });
  });

  it('is never due before the trigger that starts the clock', () => {
    const trigger = fc.record({
      trigger: fc.constantFrom(
        'delivered' as const,
        'contactOutcome' as const,
        'dossierClosed' as const,
        'dossierReopened' as const,
      ),
      wanted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(trigger, { maxLength: 8 }), (list) => {
        const happened = list.map((one, index) => ({ ...one, at: delivered.at + index * 86_400_000 }));
        const { dueAt } = retentionStatus(rules, happened);
        if (dueAt !== null) expect(dueAt).toBeGreaterThanOrEqual(happened.find(({ at }) => at <= dueAt)!.at);
        if (
          happened.at(-1)?.trigger === 'dossierReopened' &&
          !list.some(({ trigger: kind, wanted }) => kind === 'contactOutcome' && !wanted)
        )
          expect(dueAt).toBeNull();
      }),
    );
  });
});
