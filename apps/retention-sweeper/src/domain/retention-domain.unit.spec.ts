import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { isUuid, newId, parseInstant } from '@convenant/kernel';
import { applyDecisions, parseProtocol, retentionStatus, type TriggerFact } from '@convenant/protocol';
import { clockIdOf } from './clock-id.js';
import { dueReason, triggerFault, type ReportedTrigger } from './reported-trigger.js';
import { lookAtClock, type ClockState } from './retention-clock.js';

const parsed = parseProtocol(
  readFileSync(new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url), 'utf8'),
  { format: 'yaml' },
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
const decide = (openPointId: string, value: string) => ({
  openPointId,
  value,
  decidedBy: 'receiver' as const,
  capacity: 'general director',
  decidedOn: '2026-02-20',
});
const decisions = [decide('client-declines', 'erase'), decide('phase1-ceiling', 'P6M')];
const withoutBasis = applyDecisions(parsed.model, decisions).model.retention.rules;
const rules = applyDecisions(parsed.model, [...decisions, decide('destruction-basis', 'selection rule 12')]).model
  .retention.rules;

const on = parseInstant;
const fresh: ClockState = { status: null, due: false, alertedCeiling: null };
const delivered: TriggerFact = { trigger: 'delivered', at: on('2026-03-20T09:00:00Z') };
const outcome = (wanted: boolean): TriggerFact => ({
  trigger: 'contactOutcome',
  at: on('2026-04-01T09:00:00Z'),
  wanted,
});
const opened: TriggerFact = { trigger: 'dossierOpened', at: on('2026-04-02T09:00:00Z') };
const closed: TriggerFact = { trigger: 'dossierClosed', at: on('2027-02-02T09:00:00Z') };
const reopened: TriggerFact = { trigger: 'dossierReopened', at: on('2028-02-02T09:00:00Z') };

describe('the id of a clock', () => {
  it('is another one than that of its disclosure, always the same, and a UUID', () => {
    const disclosureId = newId();
    expect(isUuid(clockIdOf(disclosureId))).toBe(true);
    expect(clockIdOf(disclosureId)).not.toBe(disclosureId);
    expect(clockIdOf(disclosureId)).toBe(clockIdOf(disclosureId));
  });
});

describe('a look at a clock', () => {
  it('OG-3-phase1 starts it at the delivery and alerts once when the ceiling has passed, across the change of the clock', () => {
    const status = retentionStatus(rules, [delivered]);
    const started = lookAtClock(fresh, status, delivered.at);
    // Six months later by the calendar: summer time has begun, so it is an hour earlier in UTC.
    const ceiling = on('2026-09-20T08:00:00Z');
    expect(started).toMatchObject({ happened: ['started'], nextLookAt: ceiling });
    expect(lookAtClock(started.state, status, ceiling - 1).happened).toEqual([]);
    const late = lookAtClock(started.state, status, ceiling);
    expect(late).toMatchObject({ happened: ['overdue'], nextLookAt: null, state: { due: false } });
    expect(lookAtClock(late.state, status, ceiling + 86_400_000).happened).toEqual([]);
  });

  it('OG-3-phase2 is due at once when the client declines', () => {
    const running = lookAtClock(fresh, retentionStatus(rules, [delivered]), delivered.at).state;
    const declined = retentionStatus(rules, [delivered, outcome(false)]);
    expect(lookAtClock(running, declined, outcome(false).at)).toMatchObject({
      happened: ['restarted', 'due'],
      state: { due: true },
    });
    expect(dueReason([delivered, outcome(false)])).toBe('declined');
    expect(dueReason([delivered, outcome(false), outcome(true)])).toBe('period-over');
  });

  it('OG-3-phase2 is due ten years after the last closing and not while a file is open again', () => {
    const happened = [delivered, outcome(true), opened, closed];
    const due = on('2037-02-02T09:00:00Z');
    const first = lookAtClock(fresh, retentionStatus(rules, happened), closed.at);
    expect(first).toMatchObject({ happened: ['started'], nextLookAt: due });
    expect(lookAtClock(first.state, retentionStatus(rules, happened), due - 1).happened).toEqual([]);
    const fallen = lookAtClock(first.state, retentionStatus(rules, happened), due);
    expect(fallen.happened).toEqual(['due']);
    const again = retentionStatus(rules, [...happened, { ...reopened, at: due + 1 }]);
    expect(lookAtClock(fallen.state, again, due + 1)).toMatchObject({
      happened: ['restarted'],
      state: { due: false },
      nextLookAt: null,
    });
  });

  it('OG-3-phase2 falls due anew once the missing destruction basis has been decided', () => {
    const happened = [delivered, outcome(true), opened, closed];
    const now = on('2037-03-01T09:00:00Z');
    const gap = lookAtClock(fresh, retentionStatus(withoutBasis, happened), now);
    expect(gap).toMatchObject({
      happened: ['started', 'due'],
      state: { due: true, status: { gap: 'destructionBasis' } },
    });
    expect(lookAtClock(gap.state, retentionStatus(rules, happened), now).happened).toEqual(['restarted', 'due']);
  });

  it('brings nothing about when it is repeated at the same instant', () => {
    const trigger = fc.constantFrom(outcome(true), outcome(false), opened, closed, reopened);
    fc.assert(
      fc.property(fc.array(trigger, { maxLength: 6 }), fc.nat(15 * 365), (list, days) => {
        const status = retentionStatus(rules, [delivered, ...list]);
        const now = delivered.at + days * 86_400_000;
        const { state, nextLookAt } = lookAtClock(fresh, status, now);
        const again = lookAtClock(state, status, now);
        expect(again).toEqual({ state, nextLookAt, happened: [] });
        if (nextLookAt !== null) expect(lookAtClock(state, status, nextLookAt).happened).not.toEqual([]);
      }),
    );
  });
});

describe('a reported trigger', () => {
  const now = on('2029-01-01T00:00:00Z');
  const report = (kind: ReportedTrigger['kind'], more: Partial<ReportedTrigger> = {}): ReportedTrigger => ({
    kind,
    outcome: kind === 'contactOutcome' ? 'accepted' : null,
    at: now,
    ...more,
  });
  const fault = (reported: ReportedTrigger, ...happened: TriggerFact[]) =>
    triggerFault(reported, [delivered, ...happened], rules, now);

  it('OG-3-phase2 is refused for a file that is closed before it was opened, with the clause', () => {
    expect(fault(report('dossierClosed'), outcome(true))).toMatchObject({ code: 'CONFLICT', clause: '3-phase2' });
    expect(fault(report('dossierReopened'), outcome(true), opened)).toMatchObject({ code: 'CONFLICT' });
    expect(fault(report('dossierOpened'), outcome(true), opened)).toMatchObject({ code: 'CONFLICT' });
    expect(fault(report('dossierOpened'))).toMatchObject({ code: 'CONFLICT' });
    expect(fault(report('dossierOpened'), outcome(false))).toMatchObject({ code: 'CONFLICT' });
    expect(fault(report('contactOutcome'), outcome(true), opened)).toMatchObject({
      code: 'CONFLICT',
      clause: '3-phase1',
    });
  });

  it('passes along the way a file goes', () => {
    expect(fault(report('contactOutcome'))).toBeNull();
    expect(fault(report('contactOutcome'), outcome(false))).toBeNull();
    expect(fault(report('dossierOpened'), outcome(true))).toBeNull();
    expect(fault(report('dossierClosed'), outcome(true), opened)).toBeNull();
    expect(fault(report('dossierReopened'), outcome(true), opened, closed)).toBeNull();
    expect(fault(report('dossierClosed'), outcome(true), opened, closed, reopened)).toBeNull();
  });

  it('has its time between the last report and now, and an outcome only where one belongs', () => {
    expect(fault(report('contactOutcome', { at: now + 1 }))).toMatchObject({ field: '/occurredAt' });
    expect(fault(report('dossierOpened', { at: outcome(true).at - 1 }), outcome(true))).toMatchObject({
      field: '/occurredAt',
    });
    expect(fault(report('contactOutcome', { outcome: null }))).toMatchObject({ field: '/outcome' });
    expect(fault(report('dossierOpened', { outcome: 'accepted' }), outcome(true))).toMatchObject({ field: '/outcome' });
  });

  it('is refused where no rule of the protocol waits for it', () => {
    const fixed = [{ ...rules[0]!, until: null, period: 'P1Y' }];
    expect(triggerFault(report('contactOutcome'), [delivered], fixed, now)).toMatchObject({ code: 'CONFLICT' });
  });
});
