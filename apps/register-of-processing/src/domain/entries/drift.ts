import { addPeriod, formatInstant } from '@convenant/kernel';
import type { DriftView, EntryContent, EntryMismatch } from '@convenant/contracts';
import { comparePeriods } from './reconcile-entries.js';

export type DriftItem = DriftView['items'][number];

/** Disclosures that went the same way, as transfer told them. */
export interface Flow {
  /** Null, like the next three, for disclosures of which the way was not kept. */
  readonly protocolVersion: number | null;
  readonly category: string | null;
  readonly purpose: string | null;
  readonly route: string | null;
  readonly items: readonly string[];
  readonly disclosures: number;
  /** Epoch milliseconds, as the next one. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What ran under one protocol, and what the party's register says of it. */
export interface DriftFacts {
  readonly protocolId: string;
  /** Null for a protocol of which the register has no entry. */
  readonly entry: { readonly id: string; readonly content: EntryContent } | null;
  readonly mismatches: readonly EntryMismatch[];
  readonly flows: readonly Flow[];
  /** Disclosures before the protocol took effect or after its end. */
  readonly outsideTerm: { readonly disclosures: number; readonly since: number } | null;
  /** Values that arrived and are still kept although the last period of the register is over; of the receiver only. */
  readonly keptTooLong: { readonly disclosures: number; readonly since: number } | null;
}

/** Where a register and reality part at `now` (epoch milliseconds), of one protocol. */
export function driftOf(facts: DriftFacts, now: number, idleDays: number): DriftItem[] {
  const { protocolId, entry, flows } = facts;
  if (entry === null) {
    return flows.length === 0 ? [] : [{ protocolId, kind: 'FLOW_WITHOUT_ENTRY', ...shownBy(flows) }];
  }
  const { content } = entry;
  const found: Found[] = [
    ...counted('FLOW_WITHOUT_ENTRY', facts.outsideTerm),
    ...idle(content, flows, now, idleDays),
    ...unknown(content, flows),
    ...ownDeviations(facts),
    ...counted('RETENTION_LONGER', facts.keptTooLong),
  ];
  return found.map((item) => ({ protocolId, entryId: entry.id, ...item }));
}

/**
 * The longest time that values may be kept after they arrived, when that follows from the arrival alone: null where a rule
 * waits for something else to happen, or sets no period.
 */
export function longestKeeping({ retention }: EntryContent): string | null {
  const periods = retention.map(({ from, until, period, ceiling }) =>
    from === 'delivered' && until === undefined ? (period ?? ceiling ?? null) : null,
  );
  if (periods.length === 0 || periods.includes(null)) return null;
  return (periods as string[]).reduce((longest, period) => (comparePeriods(period, longest) > 0 ? period : longest));
}

type Found = Omit<DriftItem, 'protocolId' | 'entryId'>;

function counted(kind: Found['kind'], shown: DriftFacts['keptTooLong']): Found[] {
  return shown === null ? [] : [{ kind, disclosures: shown.disclosures, since: formatInstant(shown.since) }];
}

function idle(content: EntryContent, flows: readonly Flow[], now: number, days: number): Found[] {
  if (content.state !== 'inForce') return [];
  const since = Math.max(Date.parse(content.effectiveFrom), ...flows.map(({ lastAt }) => lastAt));
  return addPeriod(since, `P${days}D`) > now ? [] : [{ kind: 'ENTRY_WITHOUT_FLOW', since: formatInstant(since) }];
}

/** A list that the party declared is what its register says. Flows of earlier versions were governed by another text. */
function unknown({ declared, ...content }: EntryContent, all: readonly Flow[]): Found[] {
  const flows = all.filter(({ protocolVersion }) => protocolVersion === content.protocol.version);
  const recipients = declared?.recipients ?? content.recipients;
  const known = {
    RECIPIENT_UNKNOWN: new Set(recipients.map(({ category }) => category)),
    PURPOSE_UNKNOWN: new Set(declared?.purposes ?? content.purposes.map(({ id }) => id)),
    ITEM_UNKNOWN: new Set(declared?.dataItems ?? content.dataItems.map(({ id }) => id)),
    ROUTE_UNKNOWN: new Set(content.routes.map(({ id }) => id)),
  };
  const found = (kind: keyof typeof known, of: (flow: Flow) => readonly string[]): Found[] => {
    const strange = new Set(flows.flatMap(of).filter((one) => !known[kind].has(one)));
    return [...strange].sort().map((about) => {
      return { kind, about, ...shownBy(flows.filter((flow) => of(flow).includes(about))) };
    });
  };
  return [
    ...found('RECIPIENT_UNKNOWN', ({ category }) => given(category)),
    ...found('PURPOSE_UNKNOWN', ({ purpose }) => given(purpose)),
    ...found('ITEM_UNKNOWN', ({ items }) => items),
    ...found('ROUTE_UNKNOWN', ({ route }) => given(route)),
  ];
}

/** Processors that run and that the party's own register does not have, or that only it has; and periods longer than agreed. */
function ownDeviations({ entry, mismatches }: DriftFacts): Found[] {
  return mismatches
    .filter(({ party }) => party === entry!.content.controller.id)
    .flatMap(({ aspect, kind, about }): Found[] => {
      if (aspect === 'processors') return [{ kind: 'PROCESSOR_UNKNOWN', about }];
      return kind === 'longerThanProtocol' ? [{ kind: 'RETENTION_LONGER', about }] : [];
    });
}

function given(value: string | null): string[] {
  return value === null ? [] : [value];
}

function shownBy(flows: readonly Flow[]): Pick<Found, 'disclosures' | 'since'> {
  return {
    disclosures: flows.reduce((sum, { disclosures }) => sum + disclosures, 0),
    since: formatInstant(Math.min(...flows.map(({ firstAt }) => firstAt))),
  };
}
