import { catalogue } from '@convenant/contracts';
import { isUuid, parseInstant } from '@convenant/kernel';
import type { BusRecord } from '../bus/bus.js';
import { PermanentFailure } from '../inbox/permanent-failure.js';
import { serviceOfTopic, sourceOf } from '../topics/topics.js';
import { CONTENT_TYPE, headerOf, SPEC_VERSION } from './attributes.js';
import type { ReceivedEvent } from './received-event.js';
import { readerFaults } from './schema-check.js';

/** A record with what could be read of it. Exactly one of `event` and `fault` is there. */
export interface Message {
  record: BusRecord;
  topic: string;
  partition: number;
  /** Undefined when unreadable; then it cannot be recognised as a duplicate by position. */
  sequence: number | undefined;
  /** The aggregate it would block. */
  subject: string | undefined;
  event?: ReceivedEvent;
  fault?: PermanentFailure;
}

/** Reads a record of a fact topic. Never throws: what cannot be read becomes the message's `fault`. */
export function decodeMessage(record: BusRecord, installation: string, topic: string, partition: number): Message {
  const text = (name: string) => headerText(record.headers[name]);
  const subject = text(headerOf.subject);
  const message: Message = {
    record,
    topic,
    partition,
    sequence: wholeNumber(text(headerOf.sequence), /^\d{19}$/),
    subject: isUuid(subject) ? subject : undefined,
  };
  try {
    message.event = readEvent(message, text, installation);
  } catch (error) {
    message.fault =
      error instanceof PermanentFailure
        ? error
        : new PermanentFailure('envelope.unreadable', 'The envelope cannot be read', { cause: error });
  }
  return message;
}

function readEvent(message: Message, text: (name: string) => string | undefined, installation: string): ReceivedEvent {
  const { record, topic, partition } = message;
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) throw new PermanentFailure('envelope.incomplete', `The header ${name} is missing`);
    return value;
  };
  const number = (name: string, pattern: RegExp): number => {
    const value = wholeNumber(required(name), pattern);
    if (value === undefined) throw new PermanentFailure('envelope.unreadable', `The header ${name} is not a number`);
    return value;
  };
  const instant = (name: string): number => {
    try {
      return parseInstant(required(name));
    } catch (error) {
      if (error instanceof PermanentFailure) throw error;
      throw new PermanentFailure('envelope.unreadable', `The header ${name} is not an instant`);
    }
  };
  const service = serviceOfTopic(installation, topic);
  const exact = { [headerOf.specversion]: SPEC_VERSION, [headerOf.source]: sourceOf(installation, service) };
  for (const [name, expected] of Object.entries({ ...exact, [headerOf.contentType]: CONTENT_TYPE })) {
    if (required(name) !== expected)
      throw new PermanentFailure('envelope.foreign', `The header ${name} is not ${expected}`);
  }
  if (message.subject === undefined || record.key?.toString('utf8') !== message.subject) {
    throw new PermanentFailure('envelope.subject', 'The subject is not a UUID, or is not the key of the record');
  }
  const type = required(headerOf.type);
  const definition = catalogue.get(type);
  if (!definition || definition.service !== service) {
    throw new PermanentFailure('type.unknown', `The catalogue has no such event of ${service}`);
  }
  const protocolVersion = text(headerOf.protocolversion);
  const event: ReceivedEvent = {
    id: required(headerOf.id),
    source: required(headerOf.source),
    service,
    name: definition.name,
    type,
    subject: message.subject,
    sequence: number(headerOf.sequence, /^\d{19}$/),
    aggregateVersion: number(headerOf.aggregateversion, /^[1-9]\d*$/),
    time: instant(headerOf.time),
    recordedTime: instant(headerOf.recordedtime),
    ...optional('protocolId', text(headerOf.protocolid)),
    ...(protocolVersion === undefined ? {} : { protocolVersion: number(headerOf.protocolversion, /^[1-9]\d*$/) }),
    ...optional('clause', text(headerOf.clauseref)),
    ...optional('actorParty', text(headerOf.actorparty)),
    ...optional('actorRef', text(headerOf.actorref)),
    correlationId: required(headerOf.correlationid),
    causationId: required(headerOf.causationid),
    ...optional('traceparent', text(headerOf.traceparent)),
    data: readData(record.value),
    raw: { topic, partition, offset: String(record.offset) },
  };
  if (!isUuid(event.id)) throw new PermanentFailure('envelope.unreadable', 'The id is not a UUID');
  const faults = readerFaults(definition, event.data);
  if (faults.length > 0) throw new PermanentFailure('data.schema', faults.slice(0, 5).join(', '));
  return event;
}

function readData(value: Buffer | null): unknown {
  try {
    return JSON.parse((value ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    // The parser's own message quotes what it read.
    throw new PermanentFailure('data.unreadable', 'The value is not JSON');
  }
}

function optional<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, string>);
}

function headerText(value: Buffer | Buffer[] | undefined): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? undefined : first.toString('utf8');
}

function wholeNumber(text: string | undefined, pattern: RegExp): number | undefined {
  if (text === undefined || !pattern.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
