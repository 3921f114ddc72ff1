/** Writes `protocol.schema.json` from the model of libs/protocol: run after `npm run build` when the model changed. */
import { writeFileSync } from 'node:fs';
import { protocolSchema } from '@convenant/protocol';

const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...protocolSchema };
writeFileSync(new URL('protocol.schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
