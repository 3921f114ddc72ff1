import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';

/** Who answers for the carrying itself: one of the parties, or the operator of the route. */
export const TransferController = Type.Enum(['sender', 'receiver', 'integrator']);

/** How the operator of the agreed route does not cooperate. */
export const NonCooperation = Type.Enum(['refused', 'unreachable', 'discontinued']);

const route = { fallbackId: Uuid, protocolId: Uuid, protocolVersion: Type.Integer({ minimum: 1 }), byParty: Uuid };

export const routeFallbackActivated = defineEvent('transfer', 'route.fallback.activated', {
  aggregate: 'route fallback',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'Non-cooperation of the agreed route is on record: data flow by the fallback, whose controller of the transfer is named.',
  data: Type.Object(
    {
      ...route,
      /** The fallback and the route it stands in for. */
      route: Token,
      of: Token,
      reason: NonCooperation,
      /** Of the document that shows it. */
      evidenceHash: Type.Optional(Sha256),
      /** Look-ups by the agreed route that failed in the thirty days before. */
      failures: Type.Integer({ minimum: 0 }),
      controllerOfTransfer: TransferController,
      activatedAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const routeFallbackEnded = defineEvent('transfer', 'route.fallback.ended', {
  aggregate: 'route fallback',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The agreed route is in use again.',
  data: Type.Object(
    { ...route, route: Token, of: Token, controllerOfTransfer: TransferController, endedAt: Instant, clause: Clause },
    closed,
  ),
});

export const routeEvents = [routeFallbackActivated, routeFallbackEnded] as const;
