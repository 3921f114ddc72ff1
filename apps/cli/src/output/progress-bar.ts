import type { Terminal } from '../terminal.js';

const WIDTH = 30;

/** Shows how much of a whole is done, on stderr: one line on a screen, a line per tenth elsewhere. */
export class ProgressBar {
  private shown = -1;

  constructor(
    private readonly terminal: Terminal,
    private readonly whole: number,
  ) {}

  show(done: number, words: string): void {
    const share = this.whole === 0 ? 1 : Math.min(1, done / this.whole);
    if (this.terminal.screen) {
      const filled = Math.round(share * WIDTH);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`;
      this.terminal.err(`\r[${bar}] ${done}/${this.whole} ${words}`);
      return;
    }
    const tenth = Math.floor(share * 10);
    if (tenth === this.shown) return;
    this.shown = tenth;
    this.terminal.err(`${done}/${this.whole} ${words}\n`);
  }

  end(): void {
    if (this.terminal.screen) this.terminal.err('\n');
  }
}
