import { newId } from '@convenant/kernel';

/** One try to fetch and to answer: nothing is given out under it after its end, by the monotonic clock of this process. */
export class LookUpLease {
  readonly attemptId = newId();
  private readonly endsAt: number;

  /** @param ms real milliseconds from now */
  constructor(readonly ms: number) {
    this.endsAt = performance.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() >= this.endsAt;
  }
}
