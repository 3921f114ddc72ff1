import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { bindMessage, type Bind } from './bind-message.js';

// What pg itself writes with.
const { serialize } = createRequire(createRequire(import.meta.url).resolve('pg'))('pg-protocol') as {
  serialize: { bind(values: Bind): Buffer };
};

describe('the message Bind', () => {
  const cases: [string, Bind][] = [
    ['nothing at all', {}],
    ['names', { portal: 'p', statement: 'append_events' }],
    ['text, also beyond ASCII, and no text', { statement: 's', values: ['', 'abc', 'é€ 😀', 'x'.repeat(100_000)] }],
    ['null and undefined', { values: [null, 'a', undefined] }],
    ['bytes', { values: [Buffer.from([0, 255, 7]), 'a', Buffer.alloc(0)] }],
    ['binary results', { values: ['1'], binary: true }],
    ['values that are to be made ready', { values: [1, [2]], valueMapper: (value) => JSON.stringify(value) }],
    ['a lone surrogate', { values: ['\ud800', 'a\udc00b'] }],
  ];
  it.each(cases)('is byte for byte the one of pg: %s', (_what, bind) => {
    const theirs = serialize.bind(bind);
    expect(bindMessage(bind).toString('hex')).toBe(theirs.toString('hex'));
  });

  it('takes no value that is not ready to travel', () => {
    expect(() => bindMessage({ values: [{}] })).toThrow('no text, no bytes and not null');
  });
});
