import { DomainError } from '@convenant/kernel';
import type { BreachScope } from '@convenant/contracts';
import { instantOf } from './instants.js';

/** @throws DomainError INPUT_INVALID for a period that ends before it starts, or an instant that does not exist */
export function assertScopePeriod({ period }: BreachScope): void {
  const from = instantOf(period?.from, '/scope/period/from', null);
  const to = instantOf(period?.to, '/scope/period/to', null);
  if (from !== null && to !== null && to < from) {
    throw new DomainError('INPUT_INVALID', 'The period of the scope ends before it starts', {
      faults: [{ in: 'body', name: '/scope/period/to', detail: 'must not lie before /scope/period/from' }],
    });
  }
}
