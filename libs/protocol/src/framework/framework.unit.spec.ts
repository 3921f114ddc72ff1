import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import {
  accessionFindings,
  decideDisclosure,
  decideProtocol,
  evolveProtocol,
  frameworkFacts,
  noProtocol,
  statusOf,
  validateProtocol,
  type FrameworkFacts,
  type ProtocolModel,
  type ProtocolState,
} from '../index.js';
import { amendment, factsOf, ogRequest } from '../protocol-files.support.spec.js';
import { by } from '../lifecycle/states.support.spec.js';
import { agreed, framework, frameworkState, modelgem, proefstede } from './framework.support.spec.js';

const now = parseInstant('2026-06-10T10:00:00Z');
const facts = frameworkFacts(frameworkState(now), now)!;

const change = (edit: (model: any) => void, of: ProtocolModel = modelgem): ProtocolModel => {
  const copy = structuredClone(of);
  edit(copy);
  return copy;
};
const found = (model: ProtocolModel, against: FrameworkFacts | null = facts) =>
  accessionFindings(model, against).map(({ code, pointer }) => [code, pointer]);

/** The state of an accession after its last signature. */
function acceded(against: FrameworkFacts | null, at = now): ProtocolState {
  let state = noProtocol;
  for (const command of agreed(modelgem)) {
    const { events, illegal } = decideProtocol(state, command, at, against);
    if (!events) throw new Error(illegal.reason);
    state = events.reduce(evolveProtocol, state);
  }
  return state;
}

describe('an accession beside its framework', () => {
  it.each([modelgem, proefstede])('is in order when it allows no more', (accession) => {
    expect(found(accession)).toEqual([]);
    expect(
      validateProtocol(accession, { onDate: '2026-06-10' }).filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });

  it.each<[string, (model: any) => void, [string, string]]>([
    ['another purpose', (m) => (m.purposes[0].id = 'other'), ['ACCESSION_WIDER_PURPOSES', '/purposes/0']],
    ['another item', (m) => (m.dataItems[1].id = 'income'), ['ACCESSION_WIDER_ITEMS', '/dataItems/1']],
    [
      'another field',
      (m) => m.dataItems[0].fields.push({ ...m.dataItems[0].fields[0], name: 'birth' }),
      ['ACCESSION_WIDER_ITEMS', '/dataItems/0'],
    ],
    [
      'another kind of value',
      (m) => (m.dataItems[0].fields[0].format = 'nationalNumber'),
      ['ACCESSION_WIDER_ITEMS', '/dataItems/0'],
    ],
    ['another category', (m) => (m.recipients[0].category = 'bank'), ['ACCESSION_WIDER_RECIPIENTS', '/recipients/0']],
    ['an onward disclosure', (m) => (m.recipients[0].onward = true), ['ACCESSION_WIDER_RECIPIENTS', '/recipients/0']],
    ['another kind of route', (m) => (m.routes[0].kind = 'direct'), ['ACCESSION_WIDER_ROUTES', '/routes/0']],
    [
      'a longer period',
      (m) => (m.retention.rules[0].period = 'P37M'),
      ['ACCESSION_WIDER_RETENTION', '/retention/rules/0'],
    ],
    ['no period', (m) => (m.retention.rules[0].period = null), ['ACCESSION_WIDER_RETENTION', '/retention/rules/0']],
    ['another phase', (m) => (m.retention.rules[0].phase = 2), ['ACCESSION_WIDER_RETENTION', '/retention/rules/0']],
    [
      'a longer term',
      (m) => (m.duration = { kind: 'fixed', agreement: null, endsOn: '2028-06-01', clause: '7' }),
      ['ACCESSION_OUTLIVES_FRAMEWORK', '/duration'],
    ],
    ['another regime', (m) => (m.regime.id = 'be-fed-art20'), ['FRAMEWORK_OTHER_REGIME', '/regime/id']],
    ['no end with it', (m) => m.endings.shift(), ['FRAMEWORK_ENDING_ABSENT', '/endings']],
  ])('is found to be wider for %s, with the clause', (_, edit, expected) => {
    const accession = change(edit);
    expect(found(accession)).toEqual([expected]);
    expect(accessionFindings(accession, facts)).toMatchObject([{ severity: 'error', clause: expect.any(String) }]);
  });

  it.each<[string, (consent: any) => void, string]>([
    ['asks none', (c) => Object.assign(c, { required: false, role: 'none' }), '/consent/required'],
    ['leaves out an information point', (c) => c.informationPoints.pop(), '/consent/informationPoints'],
    ['uses it more often', (c) => (c.use.occurrences = null), '/consent/use'],
    ['takes it for longer', (c) => (c.validity = 'P2Y'), '/consent/validity'],
  ])('keeps the consent that the framework asks: %s', (_, edit, pointer) => {
    const label = { nl: 'Aan wie', fr: 'À qui', en: 'To whom' };
    const strict = (model: any) =>
      Object.assign(model.consent, {
        required: true,
        role: 'statutoryCondition',
        informationPoints: [{ id: 'to-whom', label }],
        use: { occurrences: 1 },
        validity: 'P1Y',
      });
    const against = { ...facts, model: change(strict, framework) };
    const own = change(strict);
    expect(found(own, against)).toEqual([]);
    expect(
      found(
        change((model) => edit(model.consent), own),
        against,
      ),
    ).toEqual([['ACCESSION_WIDER_CONSENT', pointer]]);
  });

  it('names one that was agreed and has not ended; a suspended one only keeps it waiting', () => {
    expect(found(modelgem, null)).toEqual([['FRAMEWORK_UNKNOWN', '/framework']]);
    expect(found(modelgem, { ...facts, standing: 'ended' })).toEqual([['FRAMEWORK_ENDED', '/framework']]);
    const [suspended] = accessionFindings(modelgem, { ...facts, standing: 'suspended' });
    expect(suspended).toMatchObject({ code: 'FRAMEWORK_SUSPENDED', severity: 'warning' });
    expect(accessionFindings(framework, null)).toEqual([]);
    expect(frameworkFacts(acceded(facts), now)).toBeNull();
    expect(frameworkFacts(noProtocol, now)).toBeNull();
  });

  it('is activated while the framework is in force, and never binds before it', () => {
    expect(statusOf(acceded(facts))).toBe('active');
    expect(acceded({ ...facts, effectiveFrom: now }).current!.effectiveFrom).toBe(now);
    for (const standing of ['suspended', 'ended'] as const) {
      const waiting = acceded({ ...facts, standing });
      expect(statusOf(waiting)).toBe('signed');
      expect(decideProtocol(waiting, { type: 'activate' }, now, { ...facts, standing }).illegal?.waitsFor).toEqual([
        `finding:FRAMEWORK_${standing.toUpperCase()}`,
      ]);
      expect(decideProtocol(waiting, { type: 'activate' }, now, facts).events).toHaveLength(1);
    }
  });

  it('ends with a framework under notice from the start, and at an earlier end when there is one', () => {
    const endsAt = parseInstant('2026-09-10T22:00:00Z');
    const state = acceded({ ...facts, endsAt });
    expect(state.scheduled).toMatchObject({ kind: 'linkedAgreementEnded', endsAt, clause: '1-framework' });
    const sooner = decideProtocol(state, { type: 'endWithFramework', by: 'sender', endsAt: now }, now);
    expect(sooner.events).toMatchObject([
      {
        type: 'protocol.linkedAgreement.ended',
        data: { agreement: 'kader-woonpremies', endsAt: now, flagSince: null },
      },
      { type: 'protocol.ended', data: { kind: 'linkedAgreementEnded', endedAt: now } },
    ]);
    const later = decideProtocol(state, { type: 'endWithFramework', by: 'sender', endsAt: endsAt + 1 }, now);
    expect(later.illegal?.code).toBe('TRANSITION_ILLEGAL');
  });

  it('flags what was disclosed since a framework that had ended before somebody said so', () => {
    const endsAt = now - 86_400_000;
    const { events } = decideProtocol(acceded(facts), { type: 'endWithFramework', by: 'sender', endsAt }, now);
    expect(events).toMatchObject([{ data: { flagSince: endsAt } }, { data: { flagSince: endsAt } }]);
  });

  it('is suspended and resumed with it, and its own suspension stays with the party that suspended', () => {
    const suspended = decideProtocol(
      acceded(facts),
      { type: 'suspendWithFramework', by: 'sender' },
      now,
    ).events!.reduce(evolveProtocol, acceded(facts));
    expect(suspended.suspension).toMatchObject({ framework: 'kader-woonpremies', clause: '1-framework' });
    expect(decideProtocol(suspended, { type: 'resume', ...by('sender') }, now).illegal?.code).toBe(
      'TRANSITION_ILLEGAL',
    );
    expect(decideProtocol(suspended, { type: 'resumeWithFramework', by: 'sender' }, now).events).toHaveLength(1);

    const own = decideProtocol(acceded(facts), { type: 'suspend', ...by('receiver') }, now).events!.reduce(
      evolveProtocol,
      acceded(facts),
    );
    for (const type of ['suspendWithFramework', 'resumeWithFramework'] as const)
      expect(decideProtocol(own, { type, by: 'sender' }, now).illegal?.code).toBe('TRANSITION_ILLEGAL');
  });

  it('is ended with its framework by nobody else, and no other protocol follows one', () => {
    const command = { type: 'endLinkedAgreement', agreement: 'kader-woonpremies', endedOn: '2026-06-01' } as const;
    expect(decideProtocol(acceded(facts), { ...command, ...by('sender') }, now).illegal?.code).toBe(
      'TRANSITION_ILLEGAL',
    );
    for (const type of ['suspendWithFramework', 'resumeWithFramework', 'endWithFramework'] as const)
      expect(decideProtocol(frameworkState(now), { type, by: 'sender', endsAt: now }, now).illegal?.code).toBe(
        'TRANSITION_ILLEGAL',
      );
  });

  it('stays an accession to the same framework in every version', () => {
    const bilateral = change((model) => {
      model.kind = 'bilateral';
      delete model.framework;
    });
    expect(decideProtocol(acceded(facts), amendment(bilateral), now).illegal?.code).toBe('CONFLICT');
    expect(decideProtocol(acceded(facts), amendment(modelgem), now).events).toHaveLength(1);
  });
});

describe('a fixed term', () => {
  const over = parseInstant('2028-05-31T22:00:00Z');

  it('is over when its last day in Brussels is, and not a moment before', () => {
    const state = frameworkState(now);
    expect(decideProtocol(state, { type: 'conclude' }, over - 1).illegal?.code).toBe('TRANSITION_ILLEGAL');
    const { events } = decideProtocol(state, { type: 'conclude' }, over);
    expect(events).toEqual([
      {
        type: 'protocol.expired',
        data: { version: 1, endsAt: over, clause: '7', dutiesAfter: ['stopFlow', 'keepUntilRetentionEnds'] },
      },
    ]);
    expect(events!.reduce(evolveProtocol, state).ended).toEqual({ kind: 'termExpired', endedAt: over, clause: '7' });
    expect(frameworkFacts(state, over)?.standing).toBe('ended');
  });

  it('gives way to an end that comes first, and prevails over a notice that runs beyond it', () => {
    const under = (at: number) =>
      decideProtocol(frameworkState(now), { type: 'giveNotice', ...by('receiver') }, at).events!.reduce(
        evolveProtocol,
        frameworkState(now),
      );
    expect(decideProtocol(under(now), { type: 'conclude' }, over).events).toMatchObject([{ type: 'protocol.ended' }]);
    const late = under(parseInstant('2028-05-01T10:00:00Z'));
    expect(decideProtocol(late, { type: 'conclude' }, over).events).toMatchObject([{ type: 'protocol.expired' }]);
  });

  it('lets nothing be disclosed from then on, whatever the register has said by then', () => {
    const facts = { ...factsOf(framework, null) };
    const at = (requestedAt: number) => decideDisclosure({ ...ogRequest, requestedAt }, facts);
    expect(at(over)).toMatchObject({ verdict: 'refused', code: 'PROTOCOL_ENDED', clause: '7' });
    expect(at(over - 1)).not.toMatchObject({ code: 'PROTOCOL_ENDED' });
  });
});
