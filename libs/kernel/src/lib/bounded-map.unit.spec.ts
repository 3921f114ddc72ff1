import { BoundedMap } from './bounded-map.js';

describe('a bounded map', () => {
  const kept = (map: BoundedMap<string, number>, keys: string) => [...keys].filter((key) => map.has(key)).join('');
  const filled = (most: number, keys: string) => {
    const map = new BoundedMap<string, number>(most);
    for (const [place, key] of [...keys].entries()) map.set(key, place);
    return map;
  };

  it('forgets what it has held longest, and no more', () => {
    expect(kept(filled(3, 'abc'), 'abc')).toBe('abc');
    expect(kept(filled(3, 'abcde'), 'abcde')).toBe('cde');
    expect(kept(filled(3, 'abcdefgh'), 'abcdefgh')).toBe('fgh');
    expect(kept(filled(1, 'ab'), 'ab')).toBe('b');
  });

  it('replaces the value of a key that it holds without forgetting another', () => {
    const map = filled(3, 'abcab');
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, 4, 2]);
    map.set('d', 5);
    expect(kept(map, 'abcd')).toBe('bcd');
  });

  it('holds no more than its most whatever is deleted and set again', () => {
    const map = new BoundedMap<string, number>(3);
    const keys = 'abcdefg';
    for (let round = 0; round < 200; round += 1) {
      const key = keys[(round * 5) % 7]!;
      map.set(key, round);
      expect(map.get(key)).toBe(round);
      if (round % 3 === 0) map.delete(keys[(round * 3) % 7]!);
      expect(kept(map, keys).length).toBeLessThanOrEqual(3);
    }
  });

  it('counts what was deleted and set again from its last time', () => {
    const map = filled(4, 'ab');
    for (const key of 'ababba') {
      map.delete(key);
      map.set(key, 0);
      expect(kept(map, 'ab')).toBe('ab');
    }
  });
});
