import type { AgencyMessageData, AgencyMessageDefinition } from '@convenant/contracts';
import type { BusMessage } from '../bus/bus.js';
import type { CommandContext } from '../command-context.js';
import { CONTENT_TYPE, headerOf, SPEC_VERSION } from '../wire/attributes.js';

/** Client of the commands that come by Kafka; beside it stand the client ids of tokens. */
export const AGENCY_CLIENT = 'kafka';

/** A message of a party as handlers get it: attributes there, `data` checked against its schema. */
export interface AgencyMessage<Data = unknown> {
  /** Idempotency key of the command, among those of its party. */
  id: string;
  /** `be.convenant.agency.v1.dossier.closed`. */
  type: string;
  /** The disclosure it speaks of; nothing says yet that it is one of the party's. */
  subject: string;
  /** Who speaks: the party whose topic it is, which the broker lets nobody else write. */
  party: string;
  /** The name under which the party's systems log in; the actor. */
  principal: string;
  data: Data;
  context: CommandContext;
}

/** What an agency chooses of a message. */
export interface NewAgencyMessage<D extends AgencyMessageDefinition> {
  /** A UUID; the same again for a repeat. */
  id: string;
  /** The sending system, a URI. */
  source: string;
  /** The disclosure. */
  subject: string;
  data: AgencyMessageData<D>;
}

/** The record of a message, as a party's system would send it. */
export function encodeAgencyMessage<D extends AgencyMessageDefinition>(
  definition: D,
  { id, source, subject, data }: NewAgencyMessage<D>,
): BusMessage {
  return {
    key: subject,
    headers: {
      [headerOf.specversion]: SPEC_VERSION,
      [headerOf.id]: id,
      [headerOf.source]: source,
      [headerOf.type]: definition.type,
      [headerOf.subject]: subject,
      [headerOf.contentType]: CONTENT_TYPE,
    },
    value: JSON.stringify(data),
  };
}
