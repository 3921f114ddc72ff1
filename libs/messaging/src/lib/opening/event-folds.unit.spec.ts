import { describe, expect, it } from '@jest/globals';
import { consentEvents, consentWithdrawn, protocolRevoked } from '@convenant/contracts';
import type { ReceivedEvent } from '../../index.js';
import { changesNothing, folds, ownEventFolds, type FoldTransaction } from './event-folds.js';

const tx = {} as FoldTransaction;
const others = consentEvents.filter((event) => event.name !== consentWithdrawn.name);
const allOthers = others.map((event) => changesNothing(event, 'not what this is about'));

describe('the folds of a service', () => {
  it('take each event to its own fold', async () => {
    const learnt: string[] = [];
    const withdrawn = folds(consentWithdrawn, async (_tx, { data }) => learnt.push(data.consentId));
    const fold = ownEventFolds('consent', [...allOthers, withdrawn], ['passphrases']);
    await fold.fold(tx, { name: 'consent.withdrawn', data: { consentId: 'c1' } } as ReceivedEvent);
    await fold.fold(tx, { name: 'consent.given', data: {} } as ReceivedEvent);
    expect(learnt).toEqual(['c1']);
    expect(fold.notCarried).toEqual(['passphrases']);
  });

  it('cannot be made with an event of the catalogue missing: whoever adds one must say how it is learnt again', () => {
    expect(() => ownEventFolds('consent', allOthers, [])).toThrow(/cannot learn its own consent.withdrawn again/);
  });

  it('cannot be made with two for one event, or with one of another service', () => {
    const one = changesNothing(consentWithdrawn, 'a reason');
    expect(() => ownEventFolds('consent', [...allOthers, one, one], [])).toThrow(/two folds/);
    const foreign = changesNothing(protocolRevoked, 'a reason');
    expect(() => ownEventFolds('consent', [...allOthers, one, foreign], [])).toThrow(/does not say protocol.revoked/);
  });

  it('say why an event changes nothing', () => {
    expect(() => changesNothing(consentWithdrawn, ' ')).toThrow(/Say why/);
  });
});
