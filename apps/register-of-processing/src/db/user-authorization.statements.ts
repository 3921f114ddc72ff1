/** Takes an authorisation back, once. $1 id, $2 reason, $3 legal time. */
export const revokeAuthorization = {
  name: 'register-revoke-authorization',
  text: `UPDATE user_authorization SET reason = $2, revoked_at = $3, revoked_real_at = clock_timestamp()
          WHERE id = $1 AND revoked_at IS NULL`,
};

/** What the barrier of this revocation is for. $1 id, $2 version of its `user.revoked`. */
export const nameCause = {
  name: 'register-name-revocation-cause',
  text: 'UPDATE user_authorization SET caused_version = $2 WHERE id = $1',
};

/** The barrier of a revocation, once. $1 id, $2 version of the event that caused it, $3 legal time. */
export const markRevocationEnforced = {
  name: 'register-mark-revocation-enforced',
  text: `UPDATE user_authorization
            SET enforced_at = $3,
                latency_ms = greatest(0, ceil(extract(epoch FROM clock_timestamp() - revoked_real_at) * 1000))
          WHERE id = $1 AND caused_version = $2 AND enforced_at IS NULL
      RETURNING latency_ms AS "latencyMs"`,
};
