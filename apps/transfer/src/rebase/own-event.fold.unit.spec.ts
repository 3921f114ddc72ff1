import { describe, expect, it } from '@jest/globals';
import { transferEvents } from '@convenant/contracts';
import { foldedEvents } from './own-event.fold.js';

describe('the fold of own events', () => {
  it('knows every event of the service, so that a restored database can always be rebased', () => {
    expect([...foldedEvents].sort()).toEqual(transferEvents.map(({ name }) => name).sort());
  });
});
