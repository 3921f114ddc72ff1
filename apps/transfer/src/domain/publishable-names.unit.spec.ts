import { describe, expect, it } from '@jest/globals';
import type { ProtocolModel } from '@convenant/protocol';
import { publishableNames } from './publishable-names.js';

const model = {
  purposes: [{ id: 'outreach' }],
  dataItems: [{ id: 'name' }, { id: 'contact' }],
  recipients: [{ unit: 'social-service', category: 'social-worker' }],
} as unknown as ProtocolModel;

describe('names in a record', () => {
  it('are those of the protocol', () => {
    const recipient = { party: 'p', unit: 'social-service', category: 'social-worker' };
    const request = { purpose: 'outreach', items: [{ item: 'name' }, { item: 'contact' }], recipient };
    expect(publishableNames(request, [model])).toEqual({ purpose: 'outreach', items: ['name', 'contact'], recipient });
  });

  it('never carry what a caller wrote where a name belongs', () => {
    const number = '90021512370';
    const recipient = { party: 'p', unit: number, category: number };
    const names = publishableNames(
      { purpose: number, items: [{ item: number }, { item: 'name' }, { item: 'x' }], recipient },
      [model],
    );
    expect(JSON.stringify(names)).not.toContain(number);
    expect(names.items).toEqual(['unlisted', 'name']);
  });
});
