import type { FastifyReply, FastifyRequest } from 'fastify';

/** Bytes that a route answers with, as they are. */
export interface Resource {
  readonly bytes: Buffer;
  /** Content type, with its charset. */
  readonly mediaType: string;
  /** SHA-256 of the bytes, lower-case hex: the entity tag. */
  readonly hash: string;
  /** Given when a browser must save it instead of showing it: what others uploaded is never shown under this origin. */
  readonly saveAs?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes the headers of a resource. @returns its bytes, or nothing where the caller has them already (304) */
export function writeResource(request: FastifyRequest, reply: FastifyReply, resource: Resource): Buffer | string {
  const { bytes, mediaType, hash, saveAs, headers = {} } = resource;
  const tag = `"${hash}"`;
  void reply.headers({ 'content-type': mediaType, etag: tag, ...headers });
  if (saveAs !== undefined) void reply.header('content-disposition', `attachment; filename="${saveAs}"`);
  const known = String(request.headers['if-none-match'] ?? '').split(/\s*,\s*/);
  if (!known.some((one) => one === tag || one === `W/${tag}` || one === '*')) return bytes;
  void reply.status(304);
  return '';
}
