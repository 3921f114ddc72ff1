import { describe, expect, it } from '@jest/globals';
import { catalogue } from '@convenant/contracts';
import { decidableViewers } from './trail-entry.js';

describe('visibility', () => {
  it('can decide every kind of viewer that an event of the catalogue names', () => {
    const named = new Set([...catalogue.values()].flatMap(({ sees }) => sees));
    expect([...named].filter((viewer) => !decidableViewers.includes(viewer))).toEqual([]);
  });
});
