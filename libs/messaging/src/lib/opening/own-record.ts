import { isUuid } from '@convenant/kernel';
import type { BusRecord } from '../bus/bus.js';
import type { MessagingSettings } from '../settings.js';
import { sourceOf } from '../topics/topics.js';
import { headerOf } from '../wire/attributes.js';

/** What identifies an event of this service, read off its record whatever its type. */
export interface OwnRecord {
  id: string;
  sequence: number;
  subject: string;
  aggregateVersion: number;
}

/** Undefined for a record that no relay of this service can have written. */
export function ownRecord(record: BusRecord, { installation, service }: MessagingSettings): OwnRecord | undefined {
  const text = (name: string) => {
    const value = record.headers[name];
    return Buffer.isBuffer(value) ? value.toString('utf8') : '';
  };
  const [id, subject] = [text(headerOf.id), text(headerOf.subject)];
  const [sequence, aggregateVersion] = [text(headerOf.sequence), text(headerOf.aggregateversion)];
  if (text(headerOf.source) !== sourceOf(installation, service) || !isUuid(id) || !isUuid(subject)) return undefined;
  if (!/^\d{19}$/.test(sequence) || !/^[1-9]\d*$/.test(aggregateVersion)) return undefined;
  return { id, sequence: Number(sequence), subject, aggregateVersion: Number(aggregateVersion) };
}
