/** Where a command writes and what it is told: injected, so that it runs the same in a test and in a shell. */
export interface Terminal {
  /** Data. */
  readonly out: (text: string) => void;
  /** Progress and problems. */
  readonly err: (text: string) => void;
  /** True when `err` is a screen: progress then stays on one line. */
  readonly screen: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}
