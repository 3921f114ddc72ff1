import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideProtocol,
  evolveProtocol,
  noProtocol,
  protocolStatuses,
  replayProtocol,
  statusOf,
  type ProtocolEvent,
} from '../index.js';
import { agreement, amendment, og, opinion, third } from '../protocol-files.support.spec.js';

import { later, commands, states, possible } from './states.support.spec.js';

describe('every command in every state', () => {
  it.each(protocolStatuses.map((status) => [status]))('stands at %s', (status) =>
    expect(statusOf(states[status])).toBe(status),
  );

  it.each(protocolStatuses.flatMap((status) => Object.keys(commands).map((command) => [status, command] as const)))(
    '%s, %s',
    (status, name) => {
      const decision = decideProtocol(states[status], commands[name]!, later);
      expect([status, name, decision.illegal?.code ?? 'possible']).toEqual([
        status,
        name,
        possible[status].includes(name) ? 'possible' : expect.stringMatching(/^(TRANSITION_ILLEGAL|CONFLICT)$/),
      ]);
      if (decision.illegal) expect(decision.illegal.reason).not.toBe('');
    },
  );
});

describe('properties of the lifecycle', () => {
  const steps = [
    ...agreement(og),
    ...Object.values(commands),
    opinion('receiver', { approvesTranscription: false }),
    amendment(third),
  ];
  const history = fc.array(fc.constantFrom(...steps), { maxLength: 40 });
  const lead = fc.integer({ min: 0, max: agreement(og).length });

  it('never reaches an illegal state, ends for good, and a replay gives the same state', () => {
    fc.assert(
      fc.property(lead, history, (length, tail) => {
        let state = noProtocol;
        const happened: ProtocolEvent[] = [];
        for (const command of [...agreement(og).slice(0, length), ...tail]) {
          const frozen = JSON.stringify(state);
          const decision = decideProtocol(state, command, later);
          expect(JSON.stringify(state)).toBe(frozen);
          if (!decision.events) continue;
          expect(statusOf(state)).not.toBe('ended');
          expect(decision.events.length).toBeGreaterThan(0);
          happened.push(...decision.events);
          state = decision.events.reduce(evolveProtocol, state);
          const { current } = state;
          if (!current) continue;
          expect([
            current.opinions.sender?.approvesTranscription,
            current.opinions.receiver?.approvesTranscription,
          ]).toEqual([true, true]);
          expect(
            current.signatures.every(
              (one) => one.dataHash === current.dataHash && one.documentHash === current.documentHash,
            ),
          ).toBe(true);
        }
        expect(replayProtocol(happened)).toEqual(state);
      }),
      { numRuns: 150 },
    );
  });
});
