import { describe, expect, it } from '@jest/globals';
import type { ConsentFacts, ProtocolModel, ProtocolVersionFacts } from '@convenant/protocol';
import { deliveryStop, mayBeLifted } from './delivery-stop.js';

const now = Date.parse('2026-05-01T10:00:00Z');
const model = { consent: { clause: 'C-consent' } } as ProtocolModel;

function facts(version: Partial<ProtocolVersionFacts> = {}, consent: Partial<ConsentFacts> | null = {}) {
  const parties = { sender: 's', receiver: 'r' };
  const versions = [{ version: 1, model, effectiveFrom: 0, ...version }];
  return {
    protocol: { protocolId: 'p', parties, versions, stopClause: '8' },
    consent: consent && ({ state: 'used', givenAt: 0, ...consent } as ConsentFacts),
    protocolVersion: 1,
  };
}

describe('an authorised disclosure', () => {
  it('goes on while protocol and consent stand, also when the consent is used: by itself', () => {
    expect(deliveryStop(facts(), now)).toBeNull();
    expect(deliveryStop(facts({}, null), now)).toBeNull();
  });

  it('OG-C-consent stops when the consent was withdrawn or has expired since', () => {
    expect(deliveryStop(facts({}, { state: 'withdrawn' }), now)).toEqual({
      code: 'CONSENT_WITHDRAWN',
      clause: 'C-consent',
    });
    expect(deliveryStop(facts({}, { expiresAt: now }), now)).toEqual({ code: 'CONSENT_EXPIRED', clause: 'C-consent' });
    expect(deliveryStop(facts({}, { expiresAt: now + 1 }), now)).toBeNull();
  });

  it('OG-8 stops when the protocol has ended, and goes on until an end that lies ahead', () => {
    expect(deliveryStop(facts({ endedAt: now }), now)).toEqual({ code: 'PROTOCOL_ENDED', clause: '8' });
    expect(deliveryStop(facts({ endedAt: now + 1 }), now)).toBeNull();
  });

  it('stops while the protocol is suspended', () => {
    expect(deliveryStop(facts({ suspendedFrom: now }), now)).toEqual({ code: 'PROTOCOL_SUSPENDED', clause: '8' });
  });

  it('neither stops nor goes on while a fact about it cannot be read', () => {
    expect(deliveryStop(facts({ blocked: true, endedAt: 1 }), now)).toBe('blocked');
    expect(deliveryStop(facts({}, { blocked: true }), now)).toBe('blocked');
    expect(deliveryStop({ ...facts(), protocolVersion: 2 }, now)).toBe('blocked');
  });

  it('GDPR-21 stops when the person has objected or had the processing restricted since, unless what is over for good stops it', () => {
    const withdrawn = facts({}, { state: 'withdrawn' });
    const subject = { restricted: false, objection: null };
    expect(deliveryStop({ ...facts(), subject }, now)).toBeNull();
    const pending = { ...subject, objection: 'pending' as const };
    expect(deliveryStop({ ...facts(), subject: pending }, now)).toEqual({ code: 'OBJECTION_PENDING' });
    expect(deliveryStop({ ...withdrawn, subject: pending }, now)).toMatchObject({ code: 'CONSENT_WITHDRAWN' });
    expect(deliveryStop({ ...facts(), subject: { ...subject, objection: 'upheld' } }, now)).toEqual({
      code: 'OBJECTION_UPHELD',
    });
    expect(deliveryStop({ ...facts(), subject: { restricted: true, objection: 'upheld' } }, now)).toEqual({
      code: 'RESTRICTED',
    });
  });

  it('waits only for what the person may let go on again', () => {
    const codes = [
      'RESTRICTED',
      'OBJECTION_PENDING',
      'OBJECTION_UPHELD',
      'CONSENT_WITHDRAWN',
      'PROTOCOL_ENDED',
    ] as const;
    const lifted = [...codes, 'ERASURE_GRANTED' as const].filter((code) => mayBeLifted({ code }));
    expect(lifted).toEqual(['RESTRICTED', 'OBJECTION_PENDING']);
  });
});
