import type { AgencyMessageDefinition } from '@convenant/contracts';
import { DomainError, isUuid, type InputFault } from '@convenant/kernel';
import { Compile, type Validator } from 'typebox/compile';
import type { BusRecord } from '../bus/bus.js';
import { CONTENT_TYPE, headerOf, SPEC_VERSION } from '../wire/attributes.js';
import type { AgencyMessage } from './agency-message.js';

/** Bytes of a value; as much as a command over HTTP may have. */
export const LARGEST_VALUE = 64 * 1024;
const LONGEST_SOURCE = 1_000;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const compiled = new Map<string, Validator>();

/** Value of a header that occurs once; undefined when it is absent or repeated. */
export function singleHeader({ headers }: BusRecord, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || value === null || Array.isArray(value) ? undefined : value.toString('utf8');
}

/**
 * Reads a message of a known type.
 * @throws DomainError INPUT_INVALID (with every fault, without a value), BODY_MALFORMED, BODY_TOO_LARGE
 */
export function readAgencyMessage(
  record: BusRecord,
  definition: AgencyMessageDefinition,
  sender: { party: string; principal: string },
): AgencyMessage {
  const size = record.value?.length ?? 0;
  if (size > LARGEST_VALUE) throw new DomainError('BODY_TOO_LARGE', `The value has ${size} bytes`);
  const faults = headerFaults(record);
  if (faults.length > 0) throw new DomainError('INPUT_INVALID', 'Attributes of the message are not right', { faults });
  const data = readJson(record.value);
  const wrong = bodyFaults(definition, data);
  if (wrong.length > 0) {
    throw new DomainError('INPUT_INVALID', 'The data do not have the required shape', { faults: wrong });
  }
  const id = singleHeader(record, headerOf.id)!.toLowerCase();
  const correlation = singleHeader(record, headerOf.correlationid);
  const traceparent = singleHeader(record, headerOf.traceparent);
  return {
    id,
    type: definition.type,
    subject: singleHeader(record, headerOf.subject)!,
    ...sender,
    data,
    context: {
      correlationId: isUuid(correlation) ? correlation : id,
      causationId: id,
      ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
      actorParty: sender.party,
      actorRef: sender.principal,
    },
  };
}

function headerFaults(record: BusRecord): InputFault[] {
  const of = (name: string) => singleHeader(record, name);
  const source = of(headerOf.source);
  const version = of(headerOf.specversion) ?? SPEC_VERSION;
  const mediaType = of(headerOf.contentType) ?? CONTENT_TYPE;
  const checks: [name: string, right: boolean, detail: string][] = [
    [headerOf.id, isUuid(of(headerOf.id)?.toLowerCase()), 'must be a UUID'],
    [headerOf.subject, isUuid(of(headerOf.subject)), 'must be the UUID of a disclosure, in lower case'],
    [headerOf.source, !!source && source.length <= LONGEST_SOURCE, 'must name the sending system'],
    [headerOf.specversion, version === SPEC_VERSION, `must be ${SPEC_VERSION}`],
    [headerOf.contentType, /^application\/json\s*(;|$)/i.test(mediaType), `must be ${CONTENT_TYPE}`],
  ];
  return checks.filter(([, right]) => !right).map(([name, , detail]) => ({ in: 'header', name, detail }));
}

function readJson(value: Buffer | null): unknown {
  try {
    return JSON.parse((value ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    // The parser's own message quotes what it read.
    throw new DomainError('BODY_MALFORMED', 'The value is not JSON');
  }
}

/** Places and rules. A field that is not known is not named: its name is content. */
function bodyFaults(definition: AgencyMessageDefinition, data: unknown): InputFault[] {
  let validator = compiled.get(definition.type);
  if (!validator) {
    validator = Compile(definition.data) as unknown as Validator;
    compiled.set(definition.type, validator);
  }
  if (validator.Check(data)) return [];
  const faults = new Map<string, InputFault>();
  const add = (name: string, detail: string) => faults.set(`${name} ${detail}`, { in: 'body', name, detail });
  for (const { keyword, instancePath, message, params } of validator.Errors(data)) {
    if (keyword === 'boolean' || keyword === 'const') continue;
    else if (keyword === 'additionalProperties') add(instancePath, 'has a field that is not known here');
    else if (keyword === 'anyOf') add(instancePath, 'must be one of the permitted values');
    else if (keyword === 'required') {
      const { requiredProperties } = params as { requiredProperties: string[] };
      for (const name of requiredProperties) add(`${instancePath}/${name}`, 'is missing');
    } else add(instancePath, message);
  }
  return [...faults.values()];
}
