import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { withValueAt } from '../model/json-pointer.js';
import { og } from '../protocol-files.support.spec.js';
import { protocolDifference } from './protocol-difference.js';

const phase2 = og.retention.rules.find(({ phase }) => phase === 2)!;
const changed = (change: (copy: ProtocolModel) => void): ProtocolModel => {
  const copy = structuredClone(og);
  change(copy);
  return copy;
};

describe('the difference between two versions', () => {
  it('is none between a version and itself, and none for elements that only moved or a schema that is named', () => {
    const moved = changed((copy) => {
      copy.dataItems.reverse();
      copy.endings.reverse();
      copy.$schema = 'elsewhere.json';
    });
    expect(protocolDifference(og, moved)).toEqual([]);
  });

  it('tells a changed term with its clause, in three languages', () => {
    const shorter = changed((copy) => {
      copy.retention.rules.find(({ id }) => id === phase2.id)!.period = 'P5Y';
    });
    expect(protocolDifference(og, shorter)).toEqual([
      {
        change: 'changed',
        place: `retention/rules/${phase2.id}/period`,
        clause: phase2.clause,
        before: 'P10Y',
        after: 'P5Y',
        text: {
          nl: `Bewaring: rules › ${phase2.id} › period gewijzigd: "P10Y" wordt "P5Y"`,
          fr: `Conservation: rules › ${phase2.id} › period modifié: "P10Y" devient "P5Y"`,
          en: `Retention: rules › ${phase2.id} › period changed: "P10Y" becomes "P5Y"`,
        },
      },
    ]);
  });

  it('tells an item that is added, and read the other way one that is removed', () => {
    const item = { ...structuredClone(og.dataItems[0]!), id: 'household', clause: '3' };
    const wider = changed((copy) => void copy.dataItems.push(item));
    expect(protocolDifference(og, wider)).toMatchObject([
      { change: 'added', place: 'dataItems/household', clause: '3', after: item },
    ]);
    expect(protocolDifference(wider, og)).toMatchObject([
      { change: 'removed', place: 'dataItems/household', clause: '3', before: item },
    ]);
  });

  it('tells a blank that was filled as a change of the text', () => {
    const filled = withValueAt(og, '/compatibility/context', 'Described now.');
    const before = og.compatibility!.context;
    expect(protocolDifference(og, filled)).toMatchObject([
      { change: 'changed', place: 'compatibility/context', before, after: 'Described now.' },
    ]);
  });

  it('finds every changed value, wherever it stands', () => {
    const leaves: string[] = [];
    const walk = (value: unknown, pointer: string): void => {
      if (typeof value !== 'object' || value === null) leaves.push(pointer);
      else for (const [key, inner] of Object.entries(value)) walk(inner, `${pointer}/${key}`);
    };
    walk({ ...og, $schema: undefined }, '');
    const texts = leaves.filter((pointer) => !pointer.startsWith('/$schema'));
    fc.assert(
      fc.property(fc.constantFrom(...texts), (pointer) => {
        const differences = protocolDifference(og, withValueAt(og, pointer, 'something else'));
        expect(differences.length).toBeGreaterThan(0);
        expect(differences.every(({ place }) => place.startsWith(pointer.split('/')[1]!))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
