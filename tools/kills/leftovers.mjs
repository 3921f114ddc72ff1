import pg from 'pg';

/** What every service may have begun and not ended. `audit` has no outbox of its own. */
const everywhere = {
  'dead letters': 'SELECT count(*)::int AS count FROM inbox_dead_letter',
  'parked messages': 'SELECT count(*)::int AS count FROM inbox_parked',
};
const withOutbox = {
  'events that the relay has not sent':
    'SELECT count(*)::int AS count FROM outbox o, relay_cursor c WHERE (o.xid, o.id) > (c.xid, c.outbox_id)',
};
/** @type {Record<string, Record<string, string>>} */
const own = {
  transfer: {
    'barriers not applied': 'SELECT count(*)::int AS count FROM pending_barrier',
    'deliveries not ended': `SELECT count(*)::int AS count FROM delivery WHERE state <> 'ended'`,
    'attempts not ended': 'SELECT count(*)::int AS count FROM delivery_attempt WHERE outcome IS NULL',
  },
  breach: { 'mails not sent': `SELECT count(*)::int AS count FROM notice_mail WHERE state NOT IN ('sent', 'failed')` },
};

/**
 * Work that was begun and is not done, in words; nothing when all has come to rest.
 * @param {Map<string, string>} databases the URL by service
 * @returns {Promise<string[]>}
 */
export async function leftovers(databases) {
  const found = await Promise.all(
    [...databases].map(async ([service, url]) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        const questions = { ...everywhere, ...(service !== 'audit' && withOutbox), ...own[service] };
        const left = [];
        for (const [what, text] of Object.entries(questions)) {
          const { rows } = await client.query(text);
          if (rows[0].count > 0) left.push(`${service}: ${rows[0].count} ${what}`);
        }
        return left;
      } finally {
        await client.end();
      }
    }),
  );
  return found.flat();
}
