/**
 * Every bench by its name on the command line. A bench is a module with `what`, `options` and `run` (see `Bench`).
 * @type {Record<string, () => Promise<import('./bench.mjs').Bench>>}
 */
export const benches = {
  decide: () => import('./decide.mjs'),
  disclosure: () => import('./disclosure.mjs'),
  messaging: () => import('./messaging/bench.mjs'),
};
