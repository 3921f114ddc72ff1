/** One way in which a value can stand in bytes. */
export interface Needle {
  canary: string;
  form: string;
  bytes: Buffer;
}

/**
 * The forms in which a canary is looked for: as it is, in hex, and in base64 (also for URLs) wherever it may begin within
 * what was encoded: three alignments, each without the characters at its ends that depend on the neighbours.
 */
export function needlesOf(canary: string): Needle[] {
  const bytes = Buffer.from(canary, 'utf8');
  const hex = bytes.toString('hex');
  const forms: [string, string][] = [
    ['plain', canary],
    ['percent-encoded', encodeURIComponent(canary)],
    ['JSON-escaped', JSON.stringify(canary).slice(1, -1)],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
  ];
  for (let before = 0; before < 3; before += 1) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters that hold bits of the bytes before, and the last one, which may hold bits of the byte after.
    const stable = encoded.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
    forms.push(
      [`base64 after ${before}`, stable],
      [`base64url after ${before}`, stable.replaceAll('+', '-').replaceAll('/', '_')],
    );
  }
  const seen = new Set<string>();
  return forms
    .filter(([, text]) => !seen.has(text) && seen.add(text))
    .map(([form, text]) => ({ canary, form, bytes: Buffer.from(text, 'utf8') }));
}

/** Where canaries were found, as sentences that name the canary by its place in the list only. */
export class CanarySearch {
  readonly found: string[] = [];
  private readonly needles: { index: number; needle: Needle }[];
  private readonly pairs: PairIndex;
  private searched = 0;

  constructor(canaries: readonly string[]) {
    this.needles = canaries.flatMap((canary, index) => needlesOf(canary).map((needle) => ({ index, needle })));
    this.pairs = new PairIndex(this.needles.map(({ needle }) => needle.bytes));
  }

  /** How many bytes were looked through. */
  get bytes(): number {
    return this.searched;
  }

  in(place: string, content: Buffer | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    this.searched += bytes.length;
    for (const which of this.pairs.foundIn(bytes)) {
      const { index, needle } = this.needles[which]!;
      this.found.push(`canary ${index} as ${needle.form} in ${place}`);
    }
  }
}

/**
 * Finds any of many needles in one pass (Wu and Manber): looks at the pair of bytes where the shortest needle would end, and
 * moves on as far as no needle can have that pair. A gigabyte takes a second or two.
 */
class PairIndex {
  private readonly window: number;
  private readonly shift: Uint8Array;
  /** Needles by the pair of bytes at the end of their window. */
  private readonly ending = new Map<number, number[]>();

  constructor(private readonly needles: readonly Buffer[]) {
    this.window = Math.min(255, ...needles.map(({ length }) => length));
    if (this.window < 2) throw new RangeError('A canary must have two bytes at least');
    this.shift = new Uint8Array(65_536).fill(this.window - 1);
    needles.forEach((needle, which) => {
      for (let end = 1; end < this.window; end += 1) {
        const pair = needle.readUInt16BE(end - 1);
        this.shift[pair] = Math.min(this.shift[pair]!, this.window - 1 - end);
        if (end === this.window - 1) this.ending.set(pair, [...(this.ending.get(pair) ?? []), which]);
      }
    });
  }

  /** Which needles occur, in their order. */
  foundIn(bytes: Buffer): number[] {
    const { window, shift, needles } = this;
    const found = new Set<number>();
    for (let end = window - 1; end < bytes.length;) {
      const pair = (bytes[end - 1]! << 8) | bytes[end]!;
      const step = shift[pair]!;
      if (step > 0) {
        end += step;
        continue;
      }
      const start = end - window + 1;
      for (const which of this.ending.get(pair) ?? []) {
        const needle = needles[which]!;
        if (bytes.subarray(start, start + needle.length).equals(needle)) found.add(which);
      }
      end += 1;
    }
    return [...found].sort((a, b) => a - b);
  }
}
