/** A run of positions of one service that have not arrived, both ends included. */
export interface SequenceGap {
  first: number;
  last: number;
}

/** What is left of a gap when one of its positions arrives: nothing, one run or two. */
export function withoutPosition(gap: SequenceGap, position: number): SequenceGap[] {
  return [
    { first: gap.first, last: position - 1 },
    { first: position + 1, last: gap.last },
  ].filter(({ first, last }) => first <= last);
}

/** Highest n for which 1..n have all arrived. */
export function provenPosition(highest: number, gaps: readonly SequenceGap[]): number {
  return gaps.length === 0 ? highest : Math.min(...gaps.map(({ first }) => first)) - 1;
}
