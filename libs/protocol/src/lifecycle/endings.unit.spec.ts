import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@convenant/kernel';
import { decideProtocol, statusOf, type ProtocolCommand } from '../index.js';
import { agreement, fj, given } from '../protocol-files.support.spec.js';

import { by, violation, later, ogActive, commands, states } from './states.support.spec.js';

describe('endings', () => {
  it('OG-8 is ended at once by the sender, with the violation on record', () => {
    const { events } = decideProtocol(ogActive, commands['terminate']!, later);
    expect(events).toEqual([
      {
        type: 'protocol.terminated',
        data: {
          version: 1,
          endingId: 'violation',
          by: 'sender',
          receivedAt: later,
          endsAt: later,
          clause: '8',
          dutiesAfter: ['stopFlow', 'stopDeliveries', 'keepUntilRetentionEnds', 'damagesReserved'],
          violation,
        },
      },
    ]);
  });

  it('OG-8 is not for the receiver', () => {
    expect(
      decideProtocol(ogActive, { ...commands['terminate']!, ...by('receiver') } as ProtocolCommand, later).illegal,
    ).toMatchObject({ code: 'FORBIDDEN', clause: '8' });
  });

  it('OG-8 asks which clauses were violated', () => {
    expect(
      decideProtocol(
        ogActive,
        { ...commands['terminate']!, violation: { ...violation, clauses: ['99'] } } as ProtocolCommand,
        later,
      ).illegal?.code,
    ).toBe('INPUT_INVALID');
  });

  it('FJ-IV-end is revoked at once by either party', () => {
    for (const party of ['sender', 'receiver'] as const) {
      const { events } = decideProtocol(given(agreement(fj)), { type: 'revoke', ...by(party) }, later);
      expect(events).toMatchObject([{ type: 'protocol.revoked', data: { endsAt: later, clause: 'IV-end' } }]);
    }
  });

  it('FJ-IV-end knows no notice and OG no revocation: endings are data', () => {
    expect(decideProtocol(given(agreement(fj)), commands['giveNotice']!, later).illegal?.code).toBe(
      'TRANSITION_ILLEGAL',
    );
    expect(decideProtocol(ogActive, commands['revoke']!, later).illegal?.code).toBe('TRANSITION_ILLEGAL');
  });

  it('OG-11-notice ends six calendar months after the receipt, and the flow goes on until then', () => {
    const state = given([{ type: 'giveNotice', ...by('receiver') }], later, ogActive);
    const endsAt = parseInstant('2026-12-16T00:00:00+01:00');
    expect(state.scheduled).toMatchObject({ kind: 'notice', endsAt, clause: '11-notice' });
    expect(decideProtocol(state, { type: 'conclude' }, endsAt - 1).illegal?.code).toBe('TRANSITION_ILLEGAL');
    expect(decideProtocol(state, { type: 'conclude' }, endsAt).events).toMatchObject([
      { type: 'protocol.ended', data: { kind: 'notice', endedAt: endsAt } },
    ]);
  });

  it('OG-11-lapse suspends at once, ends as of the lapse date and flags what flowed since', () => {
    const { events } = decideProtocol(ogActive, commands['assertLapse']!, later);
    const lapsed = parseInstant('2026-06-01T00:00:00+02:00');
    expect(events?.map(({ type }) => type)).toEqual(['protocol.suspended', 'protocol.lapsed', 'protocol.ended']);
    expect(events?.[2]).toMatchObject({ data: { endedAt: lapsed, flagSince: lapsed, clause: '11-lapse' } });
  });

  it('OG-11-lapse lets the flow go on until a lapse date that lies ahead', () => {
    const state = given([{ ...commands['assertLapse']!, lapsedOn: '2026-12-31' } as ProtocolCommand], later, ogActive);
    expect(state).toMatchObject({ suspension: null, ended: null, scheduled: { kind: 'legalGroundLapsed' } });
  });

  it('OG-5-duration ends with the cooperation agreement', () => {
    const { events } = decideProtocol(ogActive, commands['endLinkedAgreement']!, later);
    expect(events?.map(({ type }) => type)).toEqual(['protocol.linkedAgreement.ended', 'protocol.ended']);
    expect(events?.[1]).toMatchObject({ data: { clause: '5-duration' } });
  });

  it('OG-C-annex does not end with an agreement that the flow does not hang on', () => {
    expect(
      decideProtocol(ogActive, { ...commands['endLinkedAgreement']!, agreement: 'other' } as ProtocolCommand, later)
        .illegal?.code,
    ).toBe('TRANSITION_ILLEGAL');
  });

  it('lets only the party that suspended resume', () => {
    expect(decideProtocol(states.suspended, { type: 'resume', ...by('receiver') }, later).illegal?.code).toBe(
      'FORBIDDEN',
    );
  });

  it('goes back to the notice when a suspension under notice is lifted', () => {
    const both = given([{ type: 'suspend', ...by('sender') }], later, states.noticeGiven);
    expect(statusOf(both)).toBe('suspended');
    expect(statusOf(given([{ type: 'resume', ...by('sender') }], later, both))).toBe('noticeGiven');
  });
});
