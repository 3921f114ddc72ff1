import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { agencyCatalogue, catalogue } from '../index.js';
import { renderAsyncApi } from './render-asyncapi.js';

interface Document {
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
  components: { messages: Record<string, { headers: { required: string[] } }>; schemas: Record<string, unknown> };
}

const document = renderAsyncApi() as unknown as Document;

describe('the AsyncAPI document', () => {
  it("is right by AsyncAPI 3.0's own schema", () => {
    const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
    const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
    const check = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
    check(document);
    expect(check.errors ?? []).toEqual([]);
    check({ ...document, channels: { broken: { address: 1 } } });
    expect(check.errors).not.toEqual([]);
  });

  it('has every event on the topic of its service and every agency message on the topic of a party', () => {
    for (const { type, service } of catalogue.values())
      expect(document.channels[service]!.messages).toHaveProperty([type]);
    for (const type of agencyCatalogue.keys()) expect(document.channels['agency']!.messages).toHaveProperty([type]);
  });

  it('points only at what is there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!.split('/'));
    expect(refs.length).toBeGreaterThan(300);
    for (const path of refs) {
      const target = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect([path.join('/'), target !== undefined]).toEqual([path.join('/'), true]);
    }
  });

  it('says which Kafka headers a consumer may count on', () => {
    const { required } = document.components.messages['be.convenant.consent.v1.consent.withdrawn']!.headers;
    expect(required).toEqual(
      expect.arrayContaining(['content-type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_sequence']),
    );
    expect(required).not.toContain('ce_protocolid');
  });
});
