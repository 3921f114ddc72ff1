import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { problemOf, toDomainError } from './problem.js';

/** Answers every error, Nest's and Fastify's own included, as problem+json; logs what is our fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  private answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = toDomainError(thrown);
    const problem = problemOf(error, request.id);
    if (problem.status >= 500) {
      this.logger.error({ err: thrown, requestId: request.id, code: error.code }, 'request failed');
    }
    if (reply.sent) return;
    if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
    if (error.retryable) void reply.header('retry-after', '1');
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  }
}
