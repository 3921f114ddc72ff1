import { describe, expect, it } from '@jest/globals';
import { folderNamed } from './machine-paths.mjs';

describe('a folder of this machine', () => {
  const folders = ['/srv/team/checkout', '/src'];
  it.each([
    ['cd /srv/team/checkout/apps', '/srv/team/checkout/'],
    ['"file":"/src/main.js"', '/src/'],
    ['file:///src/main.js', '/src/'],
    ['/src/', '/src/'],
  ])('is found in %s', (text, found) => expect(folderNamed(text, folders)).toBe(found));

  it.each([
    "from './src/signal.js'",
    'libs/platform/src/index.ts',
    '../src/x',
    '@scope/src/x',
    '**/src/x',
    '${root}/src/x',
  ])('is not a part of a longer path: %s', (text) => expect(folderNamed(text, folders)).toBeUndefined());
});
