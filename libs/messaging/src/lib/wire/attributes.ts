import type { Envelope } from '@convenant/contracts';
import type { Static } from 'typebox';

/** Every attribute of the contract but those that the trail adds; the media type has a header of its own. */
type Attribute = Exclude<keyof Static<typeof Envelope>, 'trailposition' | 'trailvisiblefrom'> | 'contentType';

/** Kafka header names of the CloudEvents attributes (binary mode: `ce_` and the attribute; the media type has its own). */
export const headerOf = {
  specversion: 'ce_specversion',
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  subject: 'ce_subject',
  time: 'ce_time',
  contentType: 'content-type',
  partitionkey: 'ce_partitionkey',
  sequence: 'ce_sequence',
  aggregateversion: 'ce_aggregateversion',
  recordedtime: 'ce_recordedtime',
  correlationid: 'ce_correlationid',
  causationid: 'ce_causationid',
  traceparent: 'ce_traceparent',
  protocolid: 'ce_protocolid',
  protocolversion: 'ce_protocolversion',
  clauseref: 'ce_clauseref',
  actorparty: 'ce_actorparty',
  actorref: 'ce_actorref',
  dataclassification: 'ce_dataclassification',
} as const satisfies Record<Attribute, string>;

export const SPEC_VERSION = '1.0';
export const CONTENT_TYPE = 'application/json';

/** `sequence` on the wire: 19 digits, so that it sorts as text (CloudEvents extension `sequence`). */
export function formatSequence(sequence: number): string {
  return String(sequence).padStart(19, '0');
}
