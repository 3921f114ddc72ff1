import type { EffectFact, ExpectedEffect, Finding, OutboxFact } from './history-facts.js';

/** Invariant 2, at the other end of the topic: each handler acted exactly once for each of its events, and for nothing else. */
export class EffectCheck {
  private readonly events = new Map<string, string>();
  private readonly counts = new Map<string, Map<string, number>>();

  constructor(private readonly expected: readonly ExpectedEffect[]) {}

  outboxRow({ service, name, id }: OutboxFact): void {
    this.events.set(id, `${service} ${name}`);
  }

  effect({ service, handler, eventId }: EffectFact): void {
    const by = `${service} ${handler}`;
    const counts = this.counts.get(by) ?? new Map<string, number>();
    this.counts.set(by, counts.set(eventId, (counts.get(eventId) ?? 0) + 1));
  }

  verdict(): Finding[] {
    const findings: Finding[] = [];
    const found = (code: string, detail: string) => findings.push({ invariant: 2, code, detail });
    for (const [by, counts] of this.counts) {
      for (const [id, count] of counts) {
        if (count > 1) found('effect.doubled', `${by} ${id}`);
        if (!this.events.has(id)) found('effect.withoutEvent', `${by} ${id}`);
      }
    }
    for (const { service, handler, of, name } of this.expected) {
      const counts = this.counts.get(`${service} ${handler}`);
      for (const [id, what] of this.events) {
        if (what === `${of} ${name}` && !counts?.has(id)) found('effect.missing', `${service} ${handler} ${id}`);
      }
    }
    return findings;
  }
}
