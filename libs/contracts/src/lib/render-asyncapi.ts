import type { TObject } from 'typebox';
import { agencyCatalogue } from '../agency/messages.js';
import { catalogue } from './catalogue.js';
import { AgencyEnvelope, Envelope, kafkaHeader } from './envelope.js';
import { factServices } from './event-definition.js';
import { jsonSchemas, plain, type JsonSchema } from './json-schemas.js';

/** A message of the document: its wire type and what it says. */
interface Told {
  type: string;
  summary: string;
}

/**
 * The AsyncAPI 3 document of an installation's topics: what the services tell, what a party's own systems may tell, and
 * what a party may read. Written from the contracts, for code generators and readers in other languages.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function renderAsyncApi(): JsonSchema {
  const agencyMessages = [...agencyCatalogue.values()];
  const eventsOf = (service: string) => [...catalogue.values()].filter((definition) => definition.service === service);
  return {
    asyncapi: '3.0.0',
    id: 'urn:convenant:events',
    info: {
      title: 'Convenant',
      version: '1.0.0',
      description:
        'Facts about exchanges of personal data under a protocol. CloudEvents 1.0 in Kafka binary mode; the record key is ' +
        'the aggregate. Who may see which event: docs/events.md.',
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(
        factServices.map((service) => [
          service,
          channel(`{installation}.${service}.v1`, `Facts of ${service}, written by its relay only.`, eventsOf(service)),
        ]),
      ),
      agency: channel(
        '{installation}.in.{party}',
        "What a party's own systems tell; the topic is the authenticated party.",
        agencyMessages,
      ),
      audit: channel(
        '{installation}.audit.{party}',
        'What a party may see of the trail, in the order of the trail; read by that party only.',
        factServices.flatMap(eventsOf),
      ),
    },
    operations: {
      ...Object.fromEntries(factServices.map((service) => [`${service}.tell`, operation('send', service)])),
      'audit.tell': operation('send', 'audit'),
      'agency.hear': operation('receive', 'agency'),
    },
    components: {
      messages: Object.fromEntries([
        ...[...catalogue.values()].map((event) => [event.type, message(event, Envelope, event.service)]),
        ...agencyMessages.map((event) => [event.type, message(event, AgencyEnvelope, 'agency')]),
      ]),
      schemas: Object.fromEntries(jsonSchemas()),
    },
  };
}

function channel(address: string, description: string, messages: readonly Told[]): JsonSchema {
  const parameters: JsonSchema = { installation: { description: 'Name of the installation', default: 'convenant' } };
  if (address.includes('{party}')) parameters['party'] = { description: 'Id of the party (UUID)' };
  return {
    address,
    description,
    parameters,
    messages: Object.fromEntries(messages.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
  };
}

function operation(action: 'send' | 'receive', channelId: string): JsonSchema {
  return { action, channel: { $ref: `#/channels/${channelId}` } };
}

function message({ type, summary }: Told, envelope: TObject, tag: string): JsonSchema {
  return {
    name: type,
    title: type,
    summary,
    contentType: 'application/json',
    tags: [{ name: tag }],
    headers: headersOf(type, envelope),
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: { kafka: { key: { type: 'string', format: 'uuid' }, bindingVersion: '0.5.0' } },
  };
}

function headersOf(type: string, envelope: TObject): JsonSchema {
  const { properties, required } = plain(envelope) as { properties: Record<string, JsonSchema>; required: string[] };
  return {
    type: 'object',
    required: ['content-type', ...required.map(kafkaHeader)],
    properties: {
      'content-type': { const: 'application/json' },
      ...Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [
          kafkaHeader(name),
          name === 'type' ? { const: type } : schema,
        ]),
      ),
    },
  };
}
