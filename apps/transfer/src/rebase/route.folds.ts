import { routeFallbackActivated, routeFallbackEnded } from '@convenant/contracts';
import { endFallback, insertFallback } from '../db/route.statements.js';
import { dateOf, folds, type NamedFold, runAll as run } from '@convenant/messaging';

/** Which routes were in use. */
export const routeFolds: readonly NamedFold[] = [
  folds(routeFallbackActivated, (tx, { data }) =>
    run(
      tx,
      insertFallback({
        id: data.fallbackId,
        protocol_id: data.protocolId,
        protocol_version: data.protocolVersion,
        route_id: data.route,
        of_route: data.of,
        by_party: data.byParty,
        reason: data.reason as 'refused' | 'unreachable' | 'discontinued',
        evidence_hash: data.evidenceHash ?? null,
        failures: data.failures,
        controller: data.controllerOfTransfer as 'sender' | 'receiver' | 'integrator',
        clause: data.clause,
        activated_at: dateOf(data.activatedAt),
      }),
    ),
  ),
  folds(routeFallbackEnded, (tx, { data }) => run(tx, endFallback(data.fallbackId, dateOf(data.endedAt)))),
];
