import { catalogue, type FactService } from '@convenant/contracts';
import { isUuid, parseInstant } from '@convenant/kernel';
import type { BusRecord } from '../bus/bus.js';
import { headerTexts, type HeaderTexts } from '../bus/log-record.js';
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
  /** What must be locked to handle it; named once. */
  aggregates?: readonly string[];
}

/** Reads a record of a fact topic. Never throws: what cannot be read becomes the message's `fault`. */
export function decodeMessage(record: BusRecord, installation: string, topic: string, partition: number): Message {
  const texts = headerTexts(record);
  const subject = texts.get(headerOf.subject);
  const message: Message = {
    record,
    topic,
    partition,
    sequence: wholeNumber(texts.get(headerOf.sequence), SEQUENCE),
    subject: isUuid(subject) ? subject : undefined,
  };
  try {
    message.event = readEvent(message, texts, installation);
  } catch (error) {
    message.fault =
      error instanceof PermanentFailure
        ? error
        : new PermanentFailure('envelope.unreadable', 'The envelope cannot be read', { cause: error });
  }
  return message;
}

function readEvent(message: Message, texts: HeaderTexts, installation: string): ReceivedEvent {
  const { record, topic, partition, subject, sequence } = message;
  const { service, source } = originOf(installation, topic);
  expect(texts, headerOf.specversion, SPEC_VERSION);
  expect(texts, headerOf.source, source);
  expect(texts, headerOf.contentType, CONTENT_TYPE);
  if (subject === undefined || record.key?.toString('utf8') !== subject) {
    throw new PermanentFailure('envelope.subject', 'The subject is not a UUID, or is not the key of the record');
  }
  const type = required(texts, headerOf.type);
  const definition = catalogue.get(type);
  if (!definition || definition.service !== service) {
    throw new PermanentFailure('type.unknown', `The catalogue has no such event of ${service}`);
  }
  if (sequence === undefined) number(texts, headerOf.sequence, SEQUENCE);
  const event: ReceivedEvent = {
    id: required(texts, headerOf.id),
    source,
    service,
    name: definition.name,
    type,
    subject,
    sequence: sequence!,
    aggregateVersion: number(texts, headerOf.aggregateversion, VERSION),
    time: instant(texts, headerOf.time),
    recordedTime: instant(texts, headerOf.recordedtime),
    correlationId: required(texts, headerOf.correlationid),
    causationId: required(texts, headerOf.causationid),
    data: readData(record.value),
    raw: { topic, partition, offset: String(record.offset) },
  };
  const protocolId = texts.get(headerOf.protocolid);
  if (protocolId !== undefined) event.protocolId = protocolId;
  if (texts.get(headerOf.protocolversion) !== undefined) {
    event.protocolVersion = number(texts, headerOf.protocolversion, VERSION);
  }
  const clause = texts.get(headerOf.clauseref);
  if (clause !== undefined) event.clause = clause;
  const actorParty = texts.get(headerOf.actorparty);
  if (actorParty !== undefined) event.actorParty = actorParty;
  const actorRef = texts.get(headerOf.actorref);
  if (actorRef !== undefined) event.actorRef = actorRef;
  const traceparent = texts.get(headerOf.traceparent);
  if (traceparent !== undefined) event.traceparent = traceparent;
  if (!isUuid(event.id)) throw new PermanentFailure('envelope.unreadable', 'The id is not a UUID');
  const faults = readerFaults(definition, event.data);
  if (faults.length > 0) throw new PermanentFailure('data.schema', faults.slice(0, 5).join(', '));
  return event;
}

const SEQUENCE = /^\d{19}$/;
const VERSION = /^[1-9]\d*$/;

/** What the topic's own service writes as its source. */
interface Origin {
  service: FactService;
  source: string;
}
const origins = new Map<string, Origin>();

function originOf(installation: string, topic: string): Origin {
  let origin = origins.get(topic);
  if (!origin) {
    const service = serviceOfTopic(installation, topic);
    origins.set(topic, (origin = { service, source: sourceOf(installation, service) }));
  }
  return origin;
}

function expect(texts: HeaderTexts, name: string, expected: string): void {
  if (required(texts, name) === expected) return;
  throw new PermanentFailure('envelope.foreign', `The header ${name} is not ${expected}`);
}

function required(texts: HeaderTexts, name: string): string {
  const value = texts.get(name);
  if (value === undefined) throw new PermanentFailure('envelope.incomplete', `The header ${name} is missing`);
  return value;
}

function number(texts: HeaderTexts, name: string, pattern: RegExp): number {
  const value = wholeNumber(required(texts, name), pattern);
  if (value === undefined) throw new PermanentFailure('envelope.unreadable', `The header ${name} is not a number`);
  return value;
}

/** @returns epoch milliseconds */
function instant(texts: HeaderTexts, name: string): number {
  const text = required(texts, name);
  try {
    return parseInstant(text);
  } catch {
    throw new PermanentFailure('envelope.unreadable', `The header ${name} is not an instant`);
  }
}

function readData(value: Buffer | null): unknown {
  try {
    return JSON.parse((value ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    // The parser's own message quotes what it read.
    throw new PermanentFailure('data.unreadable', 'The value is not JSON');
  }
}

function wholeNumber(text: string | undefined, pattern: RegExp): number | undefined {
  if (text === undefined || !pattern.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
