import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import { decideProtocol, statusOf, type ProtocolCommand, type ProtocolState } from '../index.js';
import {
  agreement,
  allDecisions,
  amendment,
  draft,
  fj,
  gapDecision,
  given,
  now,
  og,
  opinion,
  signature,
  third,
} from '../protocol-files.support.spec.js';

import { by, later, ogActive, commands, waiting, states } from './states.support.spec.js';

describe('agreement', () => {
  it('OG-parties activates at the last signature over the same hashes', () => {
    const steps = agreement(og);
    const before = given(steps.slice(0, -1));
    const { events } = decideProtocol(before, steps.at(-1)!, now);
    expect(events?.map(({ type }) => type)).toEqual(['protocol.signed', 'protocol.activated']);
    expect(events?.[1]).toMatchObject({
      data: {
        version: 1,
        effectiveFrom: parseInstant('2026-03-01T00:00:00+01:00'),
        trigger: 'date',
        clause: '11-start',
      },
    });
  });

  it('OG-11-start never lets a protocol bind before its last signature', () => {
    const steps = agreement(og).map((step) => (step.type === 'sign' ? { ...step, signedOn: '2026-03-10' } : step));
    const state = given(steps, parseInstant('2026-03-11T00:00:00Z'));
    expect(state.current?.effectiveFrom).toBe(parseInstant('2026-03-10T00:00:00+01:00'));
  });

  it('FJ-IV-start activates on the date of the last signature', () => {
    const state = given(agreement(fj));
    expect(statusOf(state)).toBe('active');
    expect(state.current?.effectiveFrom).toBe(parseInstant('2026-02-27T00:00:00+01:00'));
  });

  it('FJ-IV-start does not activate while the date is blank and undecided', () => {
    const state = given(
      agreement(fj).filter((step) => step.type !== 'decideGap' || step.openPoint !== 'signature-date'),
    );
    expect(statusOf(state)).toBe('signed');
    expect(decideProtocol(state, { type: 'activate' }, now).illegal).toMatchObject({
      code: 'TRANSITION_ILLEGAL',
      waitsFor: ['openPoint:signature-date'],
    });
  });

  it('activates a third protocol, made of data alone', () => {
    expect(statusOf(given(agreement(third)))).toBe('active');
  });

  it('activates with the effective model and says which values the parties decided', () => {
    const { events } = decideProtocol(given(agreement(og).slice(0, -1)), agreement(og).at(-1)!, now);
    const activated = events!.find((event) => event.type === 'protocol.activated')!;
    expect(activated.data.model.retention.rules[0]).toMatchObject({ onDeclined: 'erase', ceiling: 'P90D' });
    expect(activated.data.filled.map(({ openPointId }) => openPointId)).toEqual(og.openPoints.map(({ id }) => id));
    expect(activated.data.filled[0]!.decisions[0]).toMatchObject({ decidedBy: 'receiver', decidedOn: '2026-02-20' });
  });

  it('waits for the last decision, which then activates', () => {
    expect(decideProtocol(waiting, { type: 'activate' }, now).illegal?.waitsFor).toEqual([
      'openPoint:client-declines',
      'openPoint:phase1-ceiling',
    ]);
    const [first, second] = allDecisions(og)
      .filter(({ openPointId }) => ['client-declines', 'phase1-ceiling'].includes(openPointId))
      .map(gapDecision);
    const almost = given([first!], now, waiting);
    expect(statusOf(almost)).toBe('signed');
    expect(statusOf(given([second!], now, almost))).toBe('active');
  });

  it('settles a point for both parties only when both said the same', () => {
    const decide = (party: 'sender' | 'receiver', value: string) =>
      gapDecision({
        openPointId: 'residence-or-stay',
        value,
        decidedBy: party,
        capacity: 'dpo',
        decidedOn: '2026-02-20',
      });
    const settled = (...steps: ProtocolCommand[]) => {
      const state = given([draft(og), ...steps.slice(0, -1)]);
      const event = decideProtocol(state, steps.at(-1)!, now).events![0]!;
      return event.type === 'protocol.gap.decided' && event.data.settled;
    };
    expect(settled(decide('sender', 'residence'))).toBe(false);
    expect(settled(decide('sender', 'residence'), decide('receiver', 'stay'))).toBe(false);
    expect(settled(decide('sender', 'residence'), decide('receiver', 'stay'), decide('receiver', 'residence'))).toBe(
      true,
    );
  });

  it.each<[string, string, ProtocolState, ProtocolCommand]>([
    [
      'OG-E-F takes an opinion only from a data protection officer',
      'OPINION_NOT_BY_DPO',
      states.drafted,
      { ...opinion('sender'), commander: { party: 'sender', roles: ['agency'] } } as ProtocolCommand,
    ],
    [
      'OG-E-F takes an opinion only on this draft',
      'DOCUMENT_HASH_MISMATCH',
      states.drafted,
      opinion('sender', { dataHash: 'f'.repeat(64) }),
    ],
    [
      'FJ-I asks for the reasons when an opinion is not followed',
      'INPUT_INVALID',
      states.drafted,
      opinion('sender', { outcome: 'negative', followed: false }),
    ],
    [
      'OG-E-F refuses an opinion from the future',
      'INPUT_INVALID',
      states.drafted,
      opinion('sender', { givenOn: '2027-01-01' }),
    ],
    [
      'OG-parties refuses a signatory whom the protocol does not name',
      'SIGNATORY_NOT_NAMED',
      states.opined,
      signature('receiver', 'alderman'),
    ],
    [
      'OG-parties refuses a signatory of the other party',
      'SIGNATORY_NOT_NAMED',
      states.opined,
      signature('sender', 'mayor'),
    ],
    [
      'OG-end refuses a signature over other hashes',
      'DOCUMENT_HASH_MISMATCH',
      states.opined,
      signature('receiver', 'mayor', { documentHash: 'f'.repeat(64) }),
    ],
    [
      'OG-end refuses a second signature of the same signatory',
      'CONFLICT',
      given([signature('receiver', 'mayor')], now, states.opined),
      signature('receiver', 'mayor'),
    ],
    [
      'refuses a decision by the party that has no say in it',
      'FORBIDDEN',
      states.drafted,
      { ...commands['decideGap']!, ...by('sender') } as ProtocolCommand,
    ],
    [
      'refuses a decision on a point that the text does not leave open',
      'INPUT_INVALID',
      states.drafted,
      { ...commands['decideGap']!, openPoint: 'items' } as ProtocolCommand,
    ],
    [
      'refuses a decision that is not among the choices',
      'INPUT_INVALID',
      states.drafted,
      { ...commands['decideGap']!, openPoint: 'client-declines', value: 'keep' } as ProtocolCommand,
    ],
    ['refuses to change a settled point of a version in force', 'CONFLICT', ogActive, commands['decideGap']!],
  ])('%s', (_, code, state, command) => {
    expect(decideProtocol(state, command, now).illegal?.code).toBe(code);
  });

  it('FJ-I takes a negative opinion that is not followed, with its reasons', () => {
    expect(
      decideProtocol(
        states.drafted,
        opinion('sender', { outcome: 'negative', followed: false, reasonsHash: 'd'.repeat(64) }),
        now,
      ).events,
    ).toHaveLength(1);
  });

  it('does not activate on a transcription that an officer does not approve', () => {
    const steps = agreement(og).map((step) =>
      step.type === 'recordOpinion' && step.commander.party === 'receiver'
        ? { ...step, approvesTranscription: false }
        : step,
    );
    const state = given(steps);
    expect(statusOf(state)).toBe('signed');
    expect(decideProtocol(state, { type: 'activate' }, now).illegal?.waitsFor).toEqual([
      'transcriptionApproval:receiver',
    ]);
    expect(statusOf(given([opinion('receiver')], now, state))).toBe('active');
  });

  it('keeps the version in force while an amendment is being agreed', () => {
    const amended = given([amendment(og)], later, ogActive);
    expect(statusOf(amended)).toBe('active');
    expect(amended).toMatchObject({ current: { version: 1 }, draft: { version: 2, signatures: [] } });
    const { documentHash } = amended.draft!;
    const agreed = given(
      agreement(og)
        .slice(1)
        .map((step) => ('documentHash' in step ? { ...step, documentHash } : step)),
      later,
      amended,
    );
    expect(agreed).toMatchObject({ current: { version: 2 }, draft: null });
  });

  it('refuses an amendment that says what the last version says', () => {
    const same = { ...draft(og), type: 'amend' } as ProtocolCommand;
    expect(decideProtocol(ogActive, same, later).illegal).toMatchObject({ code: 'CONFLICT' });
    const replaced = given([amendment(og)], later, ogActive);
    expect(decideProtocol(replaced, amendment(og), later).illegal).toMatchObject({ code: 'CONFLICT' });
    expect(decideProtocol(replaced, same, later).events).toHaveLength(1);
  });
});
