import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@convenant/kernel';
import type { FastifyRequest } from 'fastify';
import { TokenVerifier } from '../auth/token-verifier.js';
import './request-context.js';
import { ROUTE, type RouteDeclaration } from './route-declaration.js';

/** Lets a request through only to a declared route and only for a caller with a role that it needs. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(private readonly tokens: TokenVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // messages have no caller; their topic's writer is authenticated
    const declaration = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteDeclaration | undefined;
    if (!declaration) throw new DomainError('FORBIDDEN', 'This route does not say who may use it');
    if ('public' in declaration.needs) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.tokens.verify(request.headers.authorization);
    const { roles } = declaration.needs;
    if (!roles.some((role) => caller.roles.includes(role))) {
      throw new DomainError('FORBIDDEN', `This needs one of the roles ${roles.join(', ')}`);
    }
    request.caller = caller;
    return true;
  }
}
