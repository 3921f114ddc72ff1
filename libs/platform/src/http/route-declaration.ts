import type { TSchema } from 'typebox';
import type { Needs } from '../auth/roles.js';
import type { InputCheck } from './input-check.js';

/** What a route says about itself: the hooks and the OpenAPI document all read this and nothing else. */
export interface RouteDeclaration {
  kind: 'command' | 'query' | 'lookup' | 'stream' | 'resource';
  path: string;
  needs: Needs;
  summary: string;
  params: InputCheck;
  body?: InputCheck;
  query?: InputCheck;
  answer: TSchema;
  /** Nobody asks before the handler whether the service is closed: it shows nothing of the database's content, or asks itself. */
  evenClosed: boolean;
  /** Media types of a resource. */
  mediaTypes?: readonly string[];
}

/** Key in Fastify's route config: the declaration. */
export const ROUTE = 'convenantRoute';

/** Key in Fastify's route config; a route without it is undeclared. */
export const DECLARED = 'convenantDeclared';

/** Key in Fastify's route config: most bytes of a body, where a route takes more than its service. */
export const BODY_LIMIT = 'convenantBodyLimit';
