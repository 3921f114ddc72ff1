import { RecordBatchWriter } from '../bus/record-batch.js';
import { CONTENT_TYPE, formatSequence, headerOf, SPEC_VERSION } from '../wire/attributes.js';
import { columnOf, instantAt } from './outbox-row.js';

/** What stands in a header: a text of its own, a column as it is, a column that is an instant, or the position. */
type Content = { text: string } | { column: number; as: 'text' | 'instant' } | 'sequence';

const column = (name: keyof typeof columnOf): Content => ({ column: columnOf[name], as: 'text' });
const instant = (name: 'occurred_at' | 'recorded_at'): Content => ({ column: columnOf[name], as: 'instant' });

/** The headers in the order of `encodeEvent`. */
const headersOf = (source: string): [keyof typeof headerOf, Content][] => [
  ['specversion', { text: SPEC_VERSION }],
  ['id', column('event_id')],
  ['source', { text: source }],
  ['type', column('type')],
  ['subject', column('subject')],
  ['time', instant('occurred_at')],
  ['contentType', { text: CONTENT_TYPE }],
  ['partitionkey', column('subject')],
  ['sequence', 'sequence'],
  ['aggregateversion', column('aggregate_version')],
  ['recordedtime', instant('recorded_at')],
  ['correlationid', column('correlation_id')],
  ['causationid', column('causation_id')],
  ['dataclassification', column('classification')],
  ['traceparent', column('traceparent')],
  ['protocolid', column('protocol_id')],
  ['protocolversion', column('protocol_version')],
  ['clauseref', column('clause')],
  ['actorparty', column('actor_party')],
  ['actorref', column('actor_ref')],
];

/** A header's name and what is written behind it. */
interface Step {
  /** The name with its length, behind the headers before it that are the same in every record. */
  readonly before: Uint8Array;
  /** -1: the position. */
  readonly column: number;
  readonly instant: InstantText | undefined;
}

/** How the records of one service look: the bytes that are the same in all of them, and where the others come from. */
export class RecordForm {
  private readonly steps: Step[] = [];
  private readonly always: number;
  private readonly position = new SequenceText();

  constructor(readonly source: string) {
    const writer = new RecordBatchWriter();
    const headers = headersOf(source);
    for (const [name, content] of headers) {
      field(writer, headerOf[name]);
      if (content === 'sequence') this.steps.push({ before: taken(writer), column: -1, instant: undefined });
      else if ('text' in content) field(writer, content.text);
      else {
        const text = content.as === 'instant' ? new InstantText() : undefined;
        this.steps.push({ before: taken(writer), column: content.column, instant: text });
      }
    }
    if (writer.length > 0) throw new Error('The last header must not be the same in every record');
    this.always = headers.length - this.steps.length;
  }

  /** Key, value and headers of a record. */
  write(into: RecordBatchWriter, bytes: Buffer, places: Int32Array, sequence: number): void {
    into.part(bytes, places[2 * columnOf.subject]!, places[2 * columnOf.subject + 1]!);
    into.part(bytes, places[2 * columnOf.data]!, places[2 * columnOf.data + 1]!);
    const { steps } = this;
    let count = this.always;
    for (const { column } of steps) if (column < 0 || places[2 * column]! >= 0) count += 1;
    into.count(count);
    for (const { before, column, instant } of steps) {
      if (column < 0) {
        into.raw(before);
        into.raw(this.position.of(sequence));
        continue;
      }
      const from = places[2 * column]!;
      if (from < 0) continue;
      into.raw(before);
      if (instant) into.raw(instant.of(instantAt(bytes, from)));
      else into.part(bytes, from, places[2 * column + 1]!);
    }
  }
}

const ZERO = '0'.charCodeAt(0);

/** A position with its length, in one place that is written over. */
class SequenceText {
  private readonly bytes = fieldOf(formatSequence(0));
  /** From the length up to here all digits are 0. */
  private zeros = this.bytes.length - 1;

  of(sequence: number): Uint8Array {
    const { bytes } = this;
    let at = bytes.length - 1;
    for (let rest = sequence; rest > 0 || at > this.zeros; at -= 1) {
      const next = Math.floor(rest / 10);
      bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.zeros = at;
    return bytes;
  }
}

/** An instant with its length, in one place that is written over: rows that follow each other are mostly of one second. */
class InstantText {
  private bytes = fieldOf(new Date(0).toISOString());
  private second = 0;

  of(instant: number): Uint8Array {
    const second = Math.floor(instant / 1_000);
    if (second !== this.second) {
      this.bytes = fieldOf(new Date(instant).toISOString());
      this.second = second;
    }
    const { bytes } = this;
    const millis = instant - second * 1_000;
    const end = bytes.length;
    bytes[end - 4] = ZERO + Math.floor(millis / 100);
    bytes[end - 3] = ZERO + (Math.floor(millis / 10) % 10);
    bytes[end - 2] = ZERO + (millis % 10);
    return bytes;
  }
}

function field(writer: RecordBatchWriter, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  writer.part(bytes, 0, bytes.length);
}

function fieldOf(text: string): Uint8Array {
  const writer = new RecordBatchWriter(64);
  field(writer, text);
  return taken(writer);
}

function taken(writer: RecordBatchWriter): Uint8Array {
  const bytes = Uint8Array.from(writer.bytes());
  writer.reset();
  return bytes;
}
