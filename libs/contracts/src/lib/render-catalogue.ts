import { agencyCatalogue } from '../agency/messages.js';
import { catalogue } from './catalogue.js';
import { factServices, type EventDefinition, type Viewer } from './event-definition.js';

const viewers: Record<Viewer, string> = {
  S: 'sending party',
  R: 'receiving party',
  P: 'the party it is about',
  C: 'counterparties of that party',
  I: 'operator',
  'R-if-disclosed': 'receiving party, once something was disclosed under it',
  requester: 'the party that asked',
  'as-cause': 'as the event that caused it',
  onward: 'the onward recipient',
};

/** `docs/events.md`: every event, its aggregate, who may see it, what it carries. */
export function renderCatalogue(): string {
  const lines = [
    '# Events',
    '',
    'Generated from `libs/contracts`; a test compares the two. CloudEvents 1.0 in Kafka binary mode, Belgif profile. The wire',
    'type is `be.convenant.<service>.v1.<event>`; the topic is `<installation>.<service>.v1`; the record key is the aggregate.',
    'Which attributes travel in headers, and what each means: `libs/messaging/README.md`.',
    '',
  ];
  for (const service of factServices) {
    const definitions = [...catalogue.values()].filter((definition) => definition.service === service);
    lines.push(`## ${service}`, '');
    for (const definition of definitions) lines.push(...renderEvent(definition));
  }
  return [...lines, ...renderAgencyMessages()].join('\n');
}

function renderAgencyMessages(): string[] {
  const lines = [
    '## agencies',
    '',
    "Messages of a party's own systems on its topic `<installation>.in.<party>`, wire type `be.convenant.agency.v1.<name>`. The",
    'topic is the authenticated party. Required attributes: `id` (a UUID, the idempotency key), `type`, `source`, `subject` (the',
    'disclosure, unless the message says otherwise). The service named decides and emits an event of its own; the same commands exist over HTTP. What is refused',
    "goes into that service's quarantine (`GET /<service>/v1/quarantine`), what nobody lists into that of the register.",
    '',
  ];
  for (const { name, summary, handledBy, data } of agencyCatalogue.values()) {
    lines.push(`### ${name}`, '', summary, '', `- decided by: ${handledBy}`, `- data: ${fieldsOf(data)}`, '');
  }
  return lines;
}

function fieldsOf(data: unknown): string {
  const schema = data as { properties: Record<string, unknown>; required?: string[] };
  return Object.keys(schema.properties)
    .map((name) => (schema.required?.includes(name) ? `\`${name}\`` : `\`${name}\`?`))
    .join(', ');
}

function renderEvent(definition: EventDefinition): string[] {
  return [
    `### ${definition.name}`,
    '',
    definition.summary,
    '',
    `- aggregate: ${definition.aggregate}; classification: ${definition.classification}`,
    `- may be seen by: ${definition.sees.map((viewer) => viewers[viewer]).join('; ')}`,
    `- data: ${fieldsOf(definition.data)}`,
    '',
  ];
}
