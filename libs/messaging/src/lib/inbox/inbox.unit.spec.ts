import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@convenant/kernel';
import { QueryFailedError } from 'typeorm';
import { permanentFailureIn } from './failure-kind.js';
import { HandlerRegistry } from './handler-registry.js';
import { PermanentFailure } from './permanent-failure.js';
import { readStoredMessage, storedMessage } from './stored-message.js';

describe('permanentFailureIn', () => {
  const databaseError = (code: string) => Object.assign(new Error('Key (name)=(secret) exists'), { code });

  it.each([
    ['what a handler says', new PermanentFailure('consent.unknown', 'x'), 'consent.unknown'],
    ['a domain error that is not retryable', new DomainError('CONFLICT', 'x'), 'domain.CONFLICT'],
    ['data the tables refuse', databaseError('23514'), 'database.23514'],
    ['the same through TypeORM', new QueryFailedError('INSERT', [], databaseError('22P02')), 'database.22P02'],
  ])('takes %s for permanent', (_, error, failure) => {
    expect(permanentFailureIn(error)?.failure).toBe(failure);
  });

  it.each([
    ['a deadlock', databaseError('40P01')],
    ['a database that shuts down', databaseError('57P01')],
    ['a broken connection', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['a retryable domain error', new DomainError('UNAVAILABLE', 'x')],
    ['a fault in the program', new TypeError('x is undefined')],
  ])('takes %s for transient', (_, error) => {
    expect(permanentFailureIn(error)).toBeUndefined();
  });

  it('does not repeat what the database quotes', () => {
    expect(permanentFailureIn(databaseError('23505'))!.message).not.toContain('secret');
  });
});

describe('a stored message', () => {
  it('is the same record again', () => {
    const record = {
      offset: 7n,
      key: Buffer.from([0, 255]),
      value: null,
      headers: { one: Buffer.from('1'), many: [Buffer.from('a'), Buffer.from('b')] },
    };
    expect(readStoredMessage(storedMessage(record), 7n)).toEqual(record);
  });
});

describe('the handler registry', () => {
  const handler = Object.assign(() => Promise.resolve(undefined), { isEventHandler: true }) as never;
  const react = (reaction: string) => ({ inbox: { kind: 'react', reaction, aggregates: () => [] } });

  it('refuses a handler that does not say whether it projects or reacts', () => {
    expect(() => new HandlerRegistry().add('consent.given', handler, {})).toThrow(
      /neither @Projects\(\), @ProjectsBatch\(\) nor @Reacts/,
    );
  });

  it('refuses a reaction declared twice: the second would never run', () => {
    const registry = new HandlerRegistry();
    registry.add('consent.given', handler, react('mail'));
    expect(() => registry.add('consent.withdrawn', handler, react('mail'))).toThrow(
      'The reaction mail is declared twice',
    );
  });

  it('refuses a pattern that no event of the subscribed services matches', () => {
    const registry = new HandlerRegistry();
    registry.add('consent.given', handler, { inbox: { kind: 'project' } });
    expect(() => registry.assertReachable(['consent'])).not.toThrow();
    expect(() => registry.assertReachable(['register'])).toThrow(/No event consent.given/);
  });

  it('gives an event its own projections and those of every event', () => {
    const registry = new HandlerRegistry();
    registry.add('*', handler, { inbox: { kind: 'project' } });
    registry.add('consent.given', handler, { inbox: { kind: 'project' } });
    expect(registry.of('consent.given').projections).toHaveLength(2);
    expect(registry.of('consent.refused').projections).toHaveLength(1);
  });
});
