import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { agencyCatalogue, catalogue } from './index.js';
import { renderCatalogue } from './lib/render-catalogue.js';

const samples = join(import.meta.dirname, '../samples');
const page = join(import.meta.dirname, '../../../docs/events.md');

/** Events of the services and messages of the agencies: both are promises. */
const told = new Map<string, { name: string; data: TObject }>([...catalogue, ...agencyCatalogue]);

describe('the catalogue', () => {
  it('has one definition per wire type, named by service and version', () => {
    for (const [type, definition] of catalogue) {
      expect(type).toBe(`be.convenant.${definition.service}.v1.${definition.name}`);
    }
  });

  it('closes the data of every event and message, so that an unlisted field is an error', () => {
    for (const definition of told.values()) {
      expect([definition.name, (definition.data as { additionalProperties?: unknown }).additionalProperties]).toEqual([
        definition.name,
        false,
      ]);
    }
  });

  it('is told in docs/events.md (write it anew with UPDATE_DOCS=1)', () => {
    if (process.env['UPDATE_DOCS']) writeFileSync(page, renderCatalogue());
    expect(readFileSync(page, 'utf8')).toBe(renderCatalogue());
  });
});

describe('recorded samples', () => {
  it.each([...told.keys()])('%s of version 1 is still read by the code of today', (type) => {
    const file = join(samples, `${type}.json`);
    expect(existsSync(file)).toBe(true);
    const check = Compile(told.get(type)!.data);
    const data: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect([...check.Errors(data)]).toEqual([]);
  });

  it('belong to an event or message of the catalogue', () => {
    const stale = readdirSync(samples).filter((file) => !told.has(file.replace(/\.json$/, '')));
    expect(stale).toEqual([]);
  });
});
