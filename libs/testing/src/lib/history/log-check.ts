import type { EntryFact, EventFact, Finding, OutboxFact, RecordFact } from './history-facts.js';

interface Known {
  sequence: number;
  digest: string;
  subject: string;
}

/**
 * Invariants 7 and 1: outbox = topic without duplicates = log, gap-free, first occurrences in order, versions of an aggregate
 * in order; each event exactly one audit entry. Takes each store's facts in that store's order: the outbox wholly before
 * the others, records per partition by offset. Keeps a few words per event.
 */
export class LogCheck {
  private readonly findings: Finding[] = [];
  private readonly outbox = new Map<string, Map<string, Known>>();
  private readonly versions = new Map<string, number>();
  private readonly onTopic = new Map<string, Set<string>>();
  private readonly entries = new Map<string, Set<string>>();
  private readonly partitionOf = new Map<string, number>();
  private readonly reached = new Map<string, { sequence: number; offset: number }>();

  outboxRow(event: OutboxFact): void {
    const known = of(this.outbox, event.service);
    if (known.has(event.id)) this.found('outbox.doubled', event);
    if (event.sequence !== known.size + 1) this.found('outbox.sequence', event);
    const aggregate = `${event.service} ${event.subject}`;
    if (event.aggregateVersion !== (this.versions.get(aggregate) ?? 0) + 1) this.found('outbox.versionOrder', event);
    this.versions.set(aggregate, event.aggregateVersion);
    known.set(event.id, { sequence: event.sequence, digest: event.digest, subject: event.subject });
  }

  topicRecord(record: RecordFact): void {
    const seen = ofSet(this.onTopic, record.service);
    const place = `${record.service}/${record.partition}`;
    const reached = this.reached.get(place) ?? { sequence: 0, offset: -1 };
    if (record.offset <= reached.offset) throw new RangeError(`${place}: records must come by offset`);
    this.reached.set(place, { ...reached, offset: record.offset });
    const own = `${record.service} ${record.subject}`;
    if ((this.partitionOf.get(own) ?? record.partition) !== record.partition) this.found('topic.partition', record);
    this.partitionOf.set(own, record.partition);
    this.same('topic', 7, record);
    if (seen.has(record.id)) return;
    seen.add(record.id);
    // Of first occurrences; duplicates may come anywhere further down.
    if (record.sequence <= reached.sequence) this.found('topic.order', record);
    else this.reached.set(place, { sequence: record.sequence, offset: record.offset });
  }

  auditEntry(entry: EntryFact): void {
    const seen = ofSet(this.entries, entry.service);
    if (seen.has(entry.id)) this.found('audit.doubled', entry, 1);
    seen.add(entry.id);
    this.same('audit', 1, entry);
  }

  /** @param audited whether the trail was read too */
  verdict(audited = true): Finding[] {
    const findings = [...this.findings];
    for (const [service, events] of this.outbox) {
      for (const [id, { sequence }] of events) {
        const where = `${service} ${sequence} ${id}`;
        if (!this.onTopic.get(service)?.has(id)) findings.push({ invariant: 7, code: 'topic.missing', detail: where });
        if (audited && !this.entries.get(service)?.has(id))
          findings.push({ invariant: 1, code: 'audit.missing', detail: where });
      }
    }
    return findings;
  }

  private same(store: 'topic' | 'audit', invariant: 1 | 7, event: EntryFact): void {
    const known = this.outbox.get(event.service)?.get(event.id);
    if (!known) this.found(`${store}.foreign`, event, invariant);
    else if (known.sequence !== event.sequence) this.found(`${store}.sequence`, event, invariant);
    else if (known.digest !== event.digest) this.found(`${store}.content`, event, invariant);
  }

  private found(
    code: string,
    { service, sequence, id }: Pick<EventFact, 'service' | 'sequence' | 'id'>,
    invariant: 1 | 7 = 7,
  ): void {
    this.findings.push({ invariant, code, detail: `${service} ${sequence} ${id}` });
  }
}

function of<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const known = map.get(key) ?? new Map<string, V>();
  map.set(key, known);
  return known;
}

function ofSet(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set<string>();
  map.set(key, known);
  return known;
}
