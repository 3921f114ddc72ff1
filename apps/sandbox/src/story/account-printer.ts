import type { Step, StoryResult } from './story.types.js';

const WIDTH = 110;
const CLAUSE = 14;
const INDENT = ' '.repeat(8 + CLAUSE);

/** Prints the story as an account: chapter by chapter, who did what, under which clause, and what came of it. */
export class AccountPrinter {
  private chapter = '';

  constructor(
    private readonly print: (line: string) => void,
    private readonly colour: boolean,
  ) {}

  step(step: Step): void {
    if (step.chapter !== this.chapter) {
      this.chapter = step.chapter;
      this.print('');
      this.print(this.bold(`${step.id.split('.')[0]}. ${step.chapter}`));
    }
    const [first, ...rest] = wrap(`${step.who} ${step.what}.`);
    this.print(`  ${step.id.padEnd(6)}${step.clause.padEnd(CLAUSE)}${first}`);
    for (const line of rest) this.print(`${INDENT}${line}`);
    const [outcome, ...list] = step.outcome.split('\n');
    const [head, ...tail] = wrap(outcome!);
    this.print(`${INDENT}${step.ok ? '=> ' : this.bold('NOT AS IT SHOULD BE: ')}${head}`);
    for (const line of tail) this.print(`${INDENT}   ${line}`);
    for (const entry of list) {
      const [start, ...more] = wrap(entry, 6);
      this.print(`${INDENT}   - ${start}`);
      for (const line of more) this.print(`${INDENT}     ${line}`);
    }
  }

  end({ ok, steps, timings }: StoryResult): void {
    const played = steps.length;
    this.print('');
    this.print('Times, in milliseconds');
    for (const [name, value] of Object.entries(timings)) this.print(`  ${name.padEnd(34)}${String(value).padStart(8)}`);
    this.print('');
    this.print(ok ? `All ${played} steps are as they should be.` : `Step ${steps.at(-1)?.id} is not as it should be.`);
  }

  private bold(text: string): string {
    return this.colour ? `\x1b[1m${text}\x1b[22m` : text;
  }
}

/** Lines of at most the width that is left beside the clause, less `margin`. */
function wrap(text: string, margin = 3): string[] {
  const width = WIDTH - INDENT.length - margin;
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
