import { describe, expect, it } from '@jest/globals';
import { namedPerson } from './look-up-identifier.js';

describe('what a look-up names', () => {
  it.each([
    ['nationalNumber', '85.07.30-033.28', { kind: 'nationalNumber', value: '85073003328' }],
    ['afisNumber', ' af-2026/44 ', { kind: 'afisNumber', value: 'AF-2026/44' }],
    ['nationalNumber', '85073003329', 'checkDigits'],
    ['bisNumber', '85073003328', 'checkDigits'],
    ['nationalNumber', '850730*', 'notAnIdentifier'],
    ['nationalNumber', '8507300332', 'notAnIdentifier'],
    ['nationalNumber', 'Proefkonijn', 'notAnIdentifier'],
    ['afisNumber', 'AF%', 'notAnIdentifier'],
    ['afisNumber', '*', 'notAnIdentifier'],
    ['name', 'Proefkonijn', 'notAnIdentifier'],
  ])('%s %s', (kind, value, named) => {
    expect(namedPerson({ kind, value })).toEqual(named);
  });
});
