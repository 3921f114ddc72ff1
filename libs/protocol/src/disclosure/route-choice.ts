import type { Route } from '../model/content.schema.js';
import type { ProtocolModel } from '../model/protocol.schema.js';

/** Who answers for the carrying itself: one of the parties, or the operator of the route. */
export type TransferController = 'sender' | 'receiver' | 'integrator';

/**
 * The route that a protocol goes by at present: the agreed one, or the fallback for it while that is active.
 * @param activeFallbacks ids of fallback routes on which non-cooperation of the agreed route is on record
 */
export function routeInUse(model: ProtocolModel, activeFallbacks: readonly string[]): Route {
  const agreed = model.routes.find((route) => route.default) ?? model.routes[0]!;
  const fallback = model.routes.find((route) => route.fallback?.of === agreed.id && activeFallbacks.includes(route.id));
  return fallback ?? agreed;
}

/**
 * Who is controller of the transfer by this route: whom the fallback names, else the operator of the route, else the sender.
 * @see GDPR Art. 4(7)
 */
export function controllerOfTransfer(route: Route): TransferController {
  if (route.fallback !== null) return route.fallback.controllerForTransfer;
  return route.operator === null ? 'sender' : 'integrator';
}
