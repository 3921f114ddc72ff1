import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Code, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';

/** Where a party says that it published: an address of its own website. */
export const PublicationUrl = Type.String({ format: 'uri', pattern: '^https?://', maxLength: 500 });

const publication = {
  publicationId: Uuid,
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  party: Uuid,
  url: PublicationUrl,
};

export const protocolPublished = defineEvent('register', 'protocol.published', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'The address that a party named was fetched and holds, byte by byte, a public file of this version; also when it does so again.',
  data: Type.Object(
    {
      ...publication,
      /** Which of the public files stands there: `nl.html`, `protocol.json`. */
      file: Token,
      contentHash: Sha256,
      clause: Type.Optional(Clause),
      observedAt: Instant,
    },
    closed,
  ),
});

export const protocolPublicationLapsed = defineEvent('register', 'protocol.publication.lapsed', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A publication is no longer what it was: the address holds other bytes, or could not be fetched several times.',
  data: Type.Object(
    {
      ...publication,
      /** `CONTENT_DIFFERS`, `UNREACHABLE`, `ADDRESS_REFUSED`, … */
      cause: Code,
      /** Hash of what was found instead; absent when nothing was. */
      foundHash: Type.Optional(Sha256),
      clause: Type.Optional(Clause),
      observedAt: Instant,
    },
    closed,
  ),
});

export const publicationEvents = [protocolPublished, protocolPublicationLapsed] as const;
