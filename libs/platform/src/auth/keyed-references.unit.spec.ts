import { describe, expect, it } from '@jest/globals';
import { KeyedReferences } from './keyed-references.js';

const references = new KeyedReferences(Buffer.alloc(32, 1).toString('base64'));
const command = {
  method: 'POST',
  route: '/consent/v1/consents',
  params: {},
  body: { purpose: 'referral', items: [{ a: 1, b: 'é' }] },
};

describe('userRef', () => {
  it('is the same for the same person, in every service with the same key', () => {
    const other = new KeyedReferences(Buffer.alloc(32, 1).toString('base64'));
    expect(other.userRef('https://idp.example', 'p1')).toBe(references.userRef('https://idp.example', 'p1'));
    expect(references.userRef('https://idp.example', 'p1')).toMatch(/^u_[\w-]{43}$/);
  });

  it('differs by person, issuer and key', () => {
    const other = new KeyedReferences(Buffer.alloc(32, 2).toString('base64'));
    const all = [
      references.userRef('https://idp.example', 'p1'),
      references.userRef('https://idp.example', 'p2'),
      references.userRef('https://idp.other', 'p1'),
      other.userRef('https://idp.example', 'p1'),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it('refuses a key of another length', () => {
    expect(() => new KeyedReferences('c2hvcnQ=')).toThrow(/32 bytes/);
  });
});

describe('fingerprint', () => {
  it('does not depend on the order of keys', () => {
    const reordered = { ...command, body: { items: [{ b: 'é', a: 1 }], purpose: 'referral' } };
    expect(references.fingerprint(reordered)).toBe(references.fingerprint(command));
  });

  it('depends on method, route, path parameters and body', () => {
    const variants = [
      command,
      { ...command, method: 'PUT' },
      { ...command, route: '/consent/v1/withdrawals' },
      { ...command, params: { id: '1' } },
      { ...command, body: { ...command.body, purpose: 'other' } },
      { ...command, body: undefined },
    ];
    expect(new Set(variants.map((variant) => references.fingerprint(variant))).size).toBe(variants.length);
  });

  it('shows nothing of the body', () => {
    expect(references.fingerprint(command)).toMatch(/^[\w-]{43}$/);
  });
});
