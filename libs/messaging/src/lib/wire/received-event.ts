import type { FactService } from '@convenant/contracts';

/** An event as handlers get it: envelope read, type known, `data` checked against its schema. Times in epoch milliseconds, UTC. */
export interface ReceivedEvent<D = unknown> {
  id: string;
  source: string;
  service: FactService;
  /** Short form: `consent.withdrawn`. */
  name: string;
  /** On the wire: `be.convenant.consent.v1.consent.withdrawn`. */
  type: string;
  /** The aggregate. */
  subject: string;
  /** Position in the outbox of `service`: dense from 1. */
  sequence: number;
  /** Position within the aggregate: dense from 1. */
  aggregateVersion: number;
  /** When it happened. */
  time: number;
  /** When it was committed. */
  recordedTime: number;
  protocolId?: string;
  protocolVersion?: number;
  clause?: string;
  actorParty?: string;
  actorRef?: string;
  correlationId: string;
  causationId: string;
  traceparent?: string;
  data: D;
  raw: { topic: string; partition: number; offset: string };
}
