import { describe, expect, it } from '@jest/globals';
import { breachFold } from './own-event.fold.js';

describe('the folds of own events', () => {
  // They are made complete or not at all: an event of the catalogue without one stops this file.
  it('know every event of the service, so that a restored database can always be rebased', () => {
    expect(breachFold.fold).toBeInstanceOf(Function);
  });
});
