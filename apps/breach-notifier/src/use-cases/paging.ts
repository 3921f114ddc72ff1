import type { BreachPageQuery } from '@convenant/contracts';

const DEFAULT_SIZE = 50;

export function pageSize(query: BreachPageQuery): number {
  return query.limit ?? DEFAULT_SIZE;
}

/** Of `size + 1` rows the page, and where the next one starts when there is one. */
export function pageOf<Row>(rows: readonly Row[], size: number, key: (row: Row) => string) {
  const items = rows.slice(0, size);
  return { items, next: rows.length > size ? { next: key(items.at(-1)!) } : {} };
}
