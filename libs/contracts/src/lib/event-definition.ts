import type { Static, TObject } from 'typebox';

/** The five services that write facts, by their short names (topics, paths, event types). */
export const factServices = ['register', 'consent', 'transfer', 'retention', 'breach'] as const;
export type FactService = (typeof factServices)[number];

/**
 * Who may see an event: S sending party, R receiving party of its protocol, P the party it is about, C the
 * counterparties it addresses, I the operator of the installation.
 *
 * - `R-if-disclosed`: the receiving party once a disclosure was authorised under the same consent.
 * - `requester`: the party that asked (a refusal concerns nobody else).
 * - `as-cause`: as the event that caused the barrier.
 */
export type Viewer = 'S' | 'R' | 'P' | 'C' | 'I' | 'R-if-disclosed' | 'requester' | 'as-cause' | 'onward';

/** One event of the catalogue: its name, the shape of its data, who may see it. */
export interface EventDefinition<Data extends TObject = TObject> {
  readonly service: FactService;
  /** Short form as in texts and handlers: `consent.withdrawn`. */
  readonly name: string;
  /** On the wire: `be.convenant.consent.v1.consent.withdrawn`. */
  readonly type: string;
  /** What `subject` names: the kind of aggregate. */
  readonly aggregate: string;
  readonly sees: readonly Viewer[];
  readonly classification: 'pseudonymous' | 'none';
  readonly data: Data;
  /** What it says, for the generated catalogue. */
  readonly summary: string;
}

export type EventData<Definition> = Definition extends EventDefinition<infer Data> ? Static<Data> : never;

/** Declares an event of `service`; the wire type follows from both (Belgif profile of CloudEvents, version of the service). */
export function defineEvent<const Data extends TObject>(
  service: FactService,
  name: string,
  rest: Omit<EventDefinition<Data>, 'service' | 'name' | 'type'>,
): EventDefinition<Data> {
  return { service, name, type: `be.convenant.${service}.v1.${name}`, ...rest };
}
