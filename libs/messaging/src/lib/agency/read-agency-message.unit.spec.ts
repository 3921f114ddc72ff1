import { describe, expect, it } from '@jest/globals';
import { contactOutcomeReported } from '@convenant/contracts';
import { DomainError, newId } from '@convenant/kernel';
import type { BusRecord } from '../bus/bus.js';
import { encodeAgencyMessage } from './agency-message.js';
import { LARGEST_VALUE, readAgencyMessage } from './read-agency-message.js';

const sender = { party: newId(), principal: 'acme.party' };
const disclosure = newId();
const right = { outcome: 'declined' as const, occurredAt: '2026-04-01T09:00:00Z' };

function record(headers: Record<string, string | string[] | undefined> = {}, value?: string): BusRecord {
  const id = newId();
  const sent = encodeAgencyMessage(contactOutcomeReported, {
    id,
    source: 'urn:files',
    subject: disclosure,
    data: right,
  });
  const bytes = (text: string | string[] | undefined) =>
    Array.isArray(text) ? text.map((each) => Buffer.from(each)) : text === undefined ? undefined : Buffer.from(text);
  const all = { ...sent.headers, ...headers };
  return {
    offset: 0n,
    key: Buffer.from(sent.key),
    value: Buffer.from(value ?? sent.value),
    headers: Object.fromEntries(Object.entries(all).map(([name, text]) => [name, bytes(text)])),
  };
}

function refusalOf(broken: BusRecord): DomainError {
  try {
    readAgencyMessage(broken, contactOutcomeReported, sender);
  } catch (error) {
    return error as DomainError;
  }
  throw new Error('It was read');
}

const faultsOf = (broken: BusRecord) => refusalOf(broken).extra.faults?.map(({ name, detail }) => [name, detail]);

describe('a message of an agency', () => {
  it('is read with its sender from the topic and its key from its id, in lower case', () => {
    const id = newId();
    const message = readAgencyMessage(record({ ce_id: id.toUpperCase() }), contactOutcomeReported, sender);
    expect(message).toMatchObject({ id, subject: disclosure, ...sender, data: right });
    expect(message.context).toEqual({
      correlationId: id,
      causationId: id,
      actorParty: sender.party,
      actorRef: sender.principal,
    });
  });

  it('needs id, source and subject, once each, and says which is wrong without its value', () => {
    expect(faultsOf(record({ ce_id: undefined, ce_source: '', ce_subject: 'Jan' }))).toEqual([
      ['ce_id', 'must be a UUID'],
      ['ce_subject', 'must be the UUID of a disclosure, in lower case'],
      ['ce_source', 'must name the sending system'],
    ]);
    expect(faultsOf(record({ ce_id: [newId(), newId()] }))).toEqual([['ce_id', 'must be a UUID']]);
    expect(faultsOf(record({ ce_specversion: '0.3', 'content-type': 'text/plain' }))).toHaveLength(2);
  });

  it('must fit its schema; what does not is told by place, an unknown field without its name', () => {
    expect(faultsOf(record({}, JSON.stringify({ ...right, 'Jan Peeters': 1 })))).toEqual([
      ['', 'has a field that is not known here'],
    ]);
    expect(faultsOf(record({}, JSON.stringify({ outcome: 'perhaps' })))).toEqual([
      ['/occurredAt', 'is missing'],
      ['/outcome', 'must be one of the permitted values'],
    ]);
  });

  it('must be JSON and no larger than a command', () => {
    expect(refusalOf(record({}, '{"outcome": "Jan'))).toMatchObject({ code: 'BODY_MALFORMED' });
    expect(refusalOf({ ...record(), value: null })).toMatchObject({ code: 'BODY_MALFORMED' });
    expect(refusalOf(record({}, ' '.repeat(LARGEST_VALUE + 1)))).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});
