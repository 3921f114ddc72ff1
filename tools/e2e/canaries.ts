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
  private searched = 0;

  constructor(canaries: readonly string[]) {
    this.needles = canaries.flatMap((canary, index) => needlesOf(canary).map((needle) => ({ index, needle })));
  }

  /** How many bytes were looked through. */
  get bytes(): number {
    return this.searched;
  }

  in(place: string, content: Buffer | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    this.searched += bytes.length;
    for (const { index, needle } of this.needles) {
      if (bytes.includes(needle.bytes)) this.found.push(`canary ${index} as ${needle.form} in ${place}`);
    }
  }
}
