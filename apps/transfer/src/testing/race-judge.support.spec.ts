import pg from 'pg';
import type { MailSink } from './mail-sink.support.spec.js';

/** Milliseconds by which two processes of one machine may read its clock differently. */
const CLOCK_GRAIN_MS = 2;

const ofCause = `(b.kind = 'withdrawal' AND d.consent_id = b.subject) OR (b.kind <> 'withdrawal' AND d.protocol_id = b.subject)`;

/**
 * Judges withdrawals and endings by PostgreSQL's own order of commits. In the statement that appends `barrier.applied` a
 * trigger keeps the snapshot: what that does not see had not committed before, so nothing under the cause may be missing in
 * it, no authorisation, no delivery attempt and no end of one. It costs the commits nothing, so the races stay races.
 */
export class RaceJudge {
  private constructor(private readonly database: pg.Pool) {}

  /** Puts its triggers into the service's database. */
  static async install(ownerUrl: string): Promise<RaceJudge> {
    const judge = new RaceJudge(new pg.Pool({ connectionString: ownerUrl, max: 2 }));
    await judge.database.query(`
      CREATE TABLE judged_barrier (barrier_id uuid PRIMARY KEY, kind text, subject uuid, seen pg_snapshot, at timestamptz, named uuid[]);
      CREATE INDEX ON judged_barrier (subject);
      CREATE TABLE judged_attempt (attempt_id uuid PRIMARY KEY, disclosure_id uuid, began xid8, ended xid8, outcome text);
      CREATE FUNCTION judge_barrier() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE fact jsonb := NEW.data::jsonb;
      BEGIN
        INSERT INTO judged_barrier VALUES (NEW.subject, fact->'cause'->>'kind', (fact->'cause'->>'subject')::uuid,
          pg_current_snapshot(), clock_timestamp(), ARRAY(SELECT jsonb_array_elements_text(fact->'unconfirmed')::uuid));
        RETURN NULL;
      END $$;
      CREATE TRIGGER judge_barrier AFTER INSERT ON outbox FOR EACH ROW
        WHEN (NEW.type LIKE '%.barrier.applied') EXECUTE FUNCTION judge_barrier();
      CREATE FUNCTION judge_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO judged_attempt (attempt_id, disclosure_id, began) VALUES (NEW.attempt_id, NEW.disclosure_id, pg_current_xact_id())
        ON CONFLICT (attempt_id) DO UPDATE SET ended = pg_current_xact_id(), outcome = NEW.outcome;
        RETURN NULL;
      END $$;
      CREATE TRIGGER judge_attempt AFTER INSERT OR UPDATE ON delivery_attempt FOR EACH ROW EXECUTE FUNCTION judge_attempt();`);
    return judge;
  }

  /** Which of these consents and protocols have their barrier. */
  async applied(subjects: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.database.query('SELECT subject FROM judged_barrier WHERE subject = ANY ($1)', [
      subjects,
    ]);
    return new Set(rows.map(({ subject }) => subject));
  }

  /** What happened, to see that the races were races. */
  async counts(subjects: readonly string[]): Promise<{ barriers: number; authorized: number; refused: number }> {
    const { rows } = await this.database.query(
      `SELECT (SELECT count(*)::int FROM judged_barrier WHERE subject = ANY ($1)) AS barriers,
              count(*) FILTER (WHERE verdict = 'permitted')::int AS authorized,
              count(*) FILTER (WHERE verdict = 'refused' AND code IN ('CONSENT_WITHDRAWN', 'PROTOCOL_ENDED'))::int AS refused
         FROM disclosure WHERE consent_id = ANY ($1) OR protocol_id = ANY ($1)`,
      [subjects],
    );
    return rows[0];
  }

  /** Everything that must not be, one sentence each; `mail`: where the bytes arrived. */
  async findings(mail?: MailSink): Promise<string[]> {
    const found = await Promise.all([
      this.lines(`SELECT format('%s authorised behind the barrier of %s', o.subject, b.subject)
          FROM judged_barrier b JOIN disclosure d ON ${ofCause} JOIN outbox o ON o.subject = d.id
         WHERE o.type LIKE '%.disclosure.authorized' AND NOT pg_visible_in_snapshot(o.xid, b.seen)`),
      this.lines(`SELECT format('an attempt to deliver %s began behind the barrier of %s', d.id, b.subject)
          FROM judged_barrier b JOIN disclosure d ON ${ofCause} JOIN judged_attempt t ON t.disclosure_id = d.id
         WHERE NOT pg_visible_in_snapshot(t.began, b.seen)`),
      this
        .lines(`SELECT format('an attempt to deliver %s was open, or lost and not named, at the barrier of %s', d.id, b.subject)
          FROM judged_barrier b JOIN disclosure d ON ${ofCause} JOIN judged_attempt t ON t.disclosure_id = d.id
         WHERE t.ended IS NULL OR NOT pg_visible_in_snapshot(t.ended, b.seen) OR (t.outcome = 'lost' AND d.id <> ALL (b.named))`),
      this.lines(`SELECT format('%s barriers for one cause: %s', count(*), subject) FROM judged_barrier
         GROUP BY kind, subject HAVING count(*) > 1`),
      this.lines(`SELECT format('values of %s outlived the barrier that ended it', d.id)
          FROM judged_barrier b JOIN disclosure d ON ${ofCause} JOIN vault_envelope e ON e.disclosure_id = d.id
         WHERE d.state = 'failed' AND e.superseded_at IS NULL`),
      ...(mail ? [this.lateBytes(mail)] : []),
    ]);
    return found.flat();
  }

  async stop(): Promise<void> {
    await this.database.end();
  }

  private async lateBytes({ arrivals }: MailSink): Promise<string[]> {
    return this.lines(
      `SELECT format('bytes of %s arrived behind the barrier of %s, which does not name it', m.id, b.subject)
         FROM unnest($1::uuid[], $2::float8[]) AS m (id, at) JOIN disclosure d ON d.id = m.id JOIN judged_barrier b ON ${ofCause}
        WHERE m.at > extract(epoch FROM b.at) * 1000 + $3 AND m.id <> ALL (b.named)
       UNION ALL
       SELECT format('bytes of %s without an attempt', m.id) FROM unnest($1::uuid[]) AS m (id)
        WHERE NOT EXISTS (SELECT FROM judged_attempt t WHERE t.disclosure_id = m.id)`,
      [arrivals.map(({ disclosureId }) => disclosureId), arrivals.map(({ lastByteAt }) => lastByteAt), CLOCK_GRAIN_MS],
    );
  }

  private async lines(text: string, values: unknown[] = []): Promise<string[]> {
    const { rows } = await this.database.query<Record<string, string>>(text, values);
    return rows.map((row) => Object.values(row)[0]!);
  }
}
