import { describe, expect, it } from '@jest/globals';
import { checkLockfile } from './lockfile.mjs';

describe('checkLockfile', () => {
  it('accepts optional dependencies that have entries, nested ones too', () => {
    const packages = {
      '': { optionalDependencies: { one: '1.0.0' } },
      'node_modules/one': { optionalDependencies: { '@scope/two': '1.0.0' } },
      'node_modules/one/node_modules/@scope/two': {},
    };
    expect(checkLockfile({ packages })).toEqual([]);
  });

  it('names an optional dependency without an entry', () => {
    const packages = { 'node_modules/one': { optionalDependencies: { '@scope/two': '1.0.0' } } };
    expect(checkLockfile({ packages })).toEqual([expect.stringMatching(/node_modules\/one names @scope\/two/)]);
  });

  it('names an entry that holds an address', () => {
    const packages = { 'node_modules/one': { resolved: 'https://registry.example/one.tgz' } };
    expect(checkLockfile({ packages })).toEqual([expect.stringMatching(/node_modules\/one names a registry host/)]);
  });

  it('accepts the links of workspaces', () => {
    expect(checkLockfile({ packages: { 'node_modules/@convenant/kernel': { resolved: 'libs/kernel' } } })).toEqual([]);
  });
});
