import type { Finding, ReplicaFact } from './history-facts.js';

/** Invariant 10: a replica is the fold of the events, row by row. */
export class ReplicaCheck {
  private readonly rows = new Map<string, string>();
  private readonly folded = new Map<string, string>();
  private readonly findings: Finding[] = [];

  row(fact: ReplicaFact): void {
    const key = keyOf(fact);
    if (this.rows.has(key)) this.found('replica.doubled', key);
    this.rows.set(key, fact.state);
  }

  /** What the row must be once every event is applied; the last call for a key counts. */
  fold(fact: ReplicaFact): void {
    this.folded.set(keyOf(fact), fact.state);
  }

  verdict(): Finding[] {
    for (const [key, state] of this.folded) {
      if (!this.rows.has(key)) this.found('replica.missing', key);
      else if (this.rows.get(key) !== state) this.found('replica.differs', key);
    }
    for (const key of this.rows.keys()) if (!this.folded.has(key)) this.found('replica.unfounded', key);
    return this.findings;
  }

  private found(code: string, detail: string): void {
    this.findings.push({ invariant: 10, code, detail });
  }
}

function keyOf({ service, replica, key }: ReplicaFact): string {
  return `${service} ${replica} ${key}`;
}
