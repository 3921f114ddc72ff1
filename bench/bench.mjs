/**
 * What the runner and the benches promise each other; the types and the few functions that every bench needs.
 *
 * @typedef {object} Bench
 * @property {string} what in one sentence, for whoever asks which benches there are
 * @property {NonNullable<import('node:util').ParseArgsConfig['options']>} options beside `--json`
 * @property {(context: BenchContext) => Promise<Row[]>} run
 * @property {(options: Record<string, any>) => boolean} [serves] whether it only serves until it is stopped, which is then no
 *   interruption but its end; there is no report
 *
 * @typedef {object} BenchContext
 * @property {Record<string, any>} options as given on the command line
 * @property {() => Promise<import('./servers.mjs').Servers>} servers started at the first call, stopped by the runner
 * @property {(text: string) => void} progress one line for people, on standard error
 * @property {Promise<string>} stopped resolves with the reason once the run is told to end early
 *
 * @typedef {object} Row one line of the report, and of `--json`
 * @property {string} metric
 * @property {number} value
 * @property {string} unit
 * @property {string | null} against the metric of the baseline's row
 * @property {number | null} ratio `value` divided by the baseline's
 * @property {string | null} target
 * @property {boolean | null} met null without a target
 *
 * @typedef {{ atLeast: number } | { atMost: number } | { ratioAtLeast: number }} Target
 */

/**
 * One result, compared and judged.
 * @param {{ metric: string, value: number, unit: string, against?: Row, target?: Target }} result
 * @returns {Row}
 */
export function row({ metric, value, unit, against, target }) {
  const ratio = against ? value / against.value : null;
  return {
    metric,
    value,
    unit,
    against: against?.metric ?? null,
    ratio,
    target: target ? wordsOf(target) : null,
    met: target ? isMet(target, value, ratio) : null,
  };
}

/**
 * Runs each variant once per round, in turn, in the opposite order every other round: what disturbs the machine meanwhile
 * disturbs all of them alike.
 * @template T
 * @template {string} N
 * @param {number} rounds
 * @param {Record<N, (round: number) => Promise<T>>} variants
 * @returns {Promise<Record<N, T[]>>}
 */
export async function alternately(rounds, variants) {
  const names = /** @type {N[]} */ (Object.keys(variants));
  const results = /** @type {Record<N, T[]>} */ ({});
  for (const name of names) results[name] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name].push(await variants[name](round));
  }
  return results;
}

/** @param {readonly number[]} values @returns {number} of an even count the lower middle one, so that it was measured */
export function median(values) {
  return percentile(values, 50);
}

/**
 * Nearest rank: the smallest measured value that `percent` of all do not exceed.
 * @param {readonly number[]} values
 * @param {number} percent
 * @returns {number}
 */
export function percentile(values, percent) {
  if (values.length === 0) throw new RangeError('Nothing was measured');
  const sorted = Float64Array.from(values).sort();
  return /** @type {number} */ (sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]);
}

/** @param {Target} target */
function wordsOf(target) {
  if ('atLeast' in target) return `>= ${target.atLeast}`;
  if ('atMost' in target) return `<= ${target.atMost}`;
  return `ratio >= ${target.ratioAtLeast}`;
}

/** @param {Target} target @param {number} value @param {number | null} ratio */
function isMet(target, value, ratio) {
  if ('atLeast' in target) return value >= target.atLeast;
  if ('atMost' in target) return value <= target.atMost;
  if (ratio === null) throw new TypeError('A ratio needs a baseline');
  return ratio >= target.ratioAtLeast;
}
