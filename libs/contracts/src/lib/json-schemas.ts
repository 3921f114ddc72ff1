import { agencyCatalogue } from '../agency/messages.js';
import { catalogue } from './catalogue.js';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Record<string, unknown>;

/**
 * The data of every event and agency message, by wire type: for readers that are not written in TypeScript, and the
 * promise that `incompatibilities` holds a change against.
 */
export function jsonSchemas(): Map<string, JsonSchema> {
  return new Map(
    [...catalogue.values(), ...agencyCatalogue.values()].map(({ type, summary, data }) => [
      type,
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: `urn:convenant:schema:${type}`,
        title: type,
        description: summary,
        ...plain(data),
      },
    ]),
  );
}

/** Without the marks that the schema library keeps beside the JSON Schema keywords. */
export function plain(schema: unknown): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}
