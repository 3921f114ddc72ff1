import { describe, expect, it } from '@jest/globals';
import { caseKey, identifierKey } from './subject-keys.js';

describe('the keys of a person', () => {
  it('are the same however the number is written', () => {
    const key = identifierKey({ kind: 'nationalNumber', value: '90.02.15-123.70' });
    expect(key).toEqual(identifierKey({ kind: 'nationalNumber', value: '90021512370' }));
    expect(key).toEqual({ kind: 'nationalNumber', value: '90021512370' });
  });

  it('need right check digits, of the kind that is said', () => {
    expect(identifierKey({ kind: 'nationalNumber', value: '90021512371' })).toBe('checkDigits');
    expect(identifierKey({ kind: 'bisNumber', value: '90021512370' })).toBe('checkDigits');
    expect(identifierKey({ kind: 'nationalNumber', value: '90221512370' })).toBe('checkDigits');
  });

  it('are of a kind that is known', () => {
    expect(identifierKey({ kind: 'shoeSize', value: '42' })).toBe('kindUnknown');
    expect(identifierKey({ kind: 'afisNumber', value: 'ab 12' })).toEqual({ kind: 'afisNumber', value: 'AB12' });
  });

  it('ignore blanks around a case reference and its Unicode form', () => {
    expect(caseKey(' KG-é ')).toEqual(caseKey('KG-é'));
    expect(caseKey('KG-1')).not.toEqual(caseKey('KG-2'));
  });
});
