import type { Statement } from './statement.js';

export interface SourceEndpointRow {
  id: string;
  protocol_id: string;
  route_id: string;
  url: string;
  ciphertext: Buffer | null;
  wrapped_key: Buffer | null;
  set_at: Date;
}

/** The newest counts. */
export const upsertEndpoint = (row: SourceEndpointRow): Statement => ({
  name: 'upsert_source_endpoint',
  text: `INSERT INTO source_endpoint (id, protocol_id, route_id, url, ciphertext, wrapped_key, set_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (protocol_id, route_id) DO UPDATE SET id = EXCLUDED.id, url = EXCLUDED.url,
           ciphertext = EXCLUDED.ciphertext, wrapped_key = EXCLUDED.wrapped_key, set_at = EXCLUDED.set_at`,
  values: [row.id, row.protocol_id, row.route_id, row.url, row.ciphertext, row.wrapped_key, row.set_at],
});

export const selectEndpoint = (protocolId: string, routeId: string): Statement => ({
  name: 'select_source_endpoint',
  text: 'SELECT * FROM source_endpoint WHERE protocol_id = $1 AND route_id = $2',
  values: [protocolId, routeId],
});

export interface RouteFallbackRow {
  id: string;
  protocol_id: string;
  protocol_version: number;
  route_id: string;
  of_route: string;
  by_party: string;
  reason: 'refused' | 'unreachable' | 'discontinued';
  evidence_hash: string | null;
  failures: number;
  controller: 'sender' | 'receiver' | 'integrator';
  clause: string;
  activated_at: Date;
  ended_at: Date | null;
}

/** Returns nothing when a fallback for that route is active. */
export const insertFallback = (row: Omit<RouteFallbackRow, 'ended_at'>): Statement => ({
  name: 'insert_route_fallback',
  text: `INSERT INTO route_fallback (id, protocol_id, protocol_version, route_id, of_route, by_party, reason, evidence_hash,
                failures, controller, clause, activated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING id`,
  values: [
    row.id,
    row.protocol_id,
    row.protocol_version,
    row.route_id,
    row.of_route,
    row.by_party,
    row.reason,
    row.evidence_hash,
    row.failures,
    row.controller,
    row.clause,
    row.activated_at,
  ],
});

export const endFallback = (id: string, at: Date): Statement => ({
  name: 'end_route_fallback',
  text: 'UPDATE route_fallback SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id',
  values: [id, at],
});

export const selectFallback = (id: string): Statement => ({
  name: 'select_route_fallback',
  text: 'SELECT * FROM route_fallback WHERE id = $1',
  values: [id],
});

export const selectFallbacks = (protocolId: string): Statement => ({
  name: 'select_route_fallbacks',
  text: 'SELECT * FROM route_fallback WHERE protocol_id = $1 ORDER BY id DESC LIMIT 500',
  values: [protocolId],
});

export const selectActiveFallbacks = (protocolId: string): Statement => ({
  name: 'select_active_fallbacks',
  text: 'SELECT route_id FROM route_fallback WHERE protocol_id = $1 AND ended_at IS NULL',
  values: [protocolId],
});

/** Look-ups by that route which failed on the way, since a moment. */
export const countRouteFailures = (protocolId: string, routeId: string, since: Date): Statement => ({
  name: 'count_route_failures',
  text: `SELECT count(*)::int AS failures FROM disclosure WHERE protocol_id = $1 AND route_id = $2 AND requested_at >= $3
            AND failure IN ('SOURCE_REFUSED', 'SOURCE_UNREACHABLE', 'RECEIPT_MISSING')`,
  values: [protocolId, routeId, since],
});
