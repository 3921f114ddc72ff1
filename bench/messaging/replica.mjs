import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Projects, ProjectsBatch } from '@convenant/messaging';

/** The table that the consumer keeps: what transfer keeps of withdrawals, in small. */
export class Replica1795478400900 {
  name = 'Replica1795478400900';

  /** @param {import('typeorm').QueryRunner} runner */
  async up(runner) {
    await runner.query(`
      CREATE TABLE withdrawn_consent (
        consent_id uuid PRIMARY KEY, subject_ref uuid NOT NULL, protocol_id uuid NOT NULL, withdrawn_at timestamptz NOT NULL,
        version bigint NOT NULL)`);
  }

  /** @param {import('typeorm').QueryRunner} runner */
  async down(runner) {
    await runner.query('DROP TABLE withdrawn_consent');
  }
}

const upsert = {
  name: 'bench_upsert',
  text: `INSERT INTO withdrawn_consent AS w (consent_id, subject_ref, protocol_id, withdrawn_at, version)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (consent_id) DO UPDATE SET withdrawn_at = EXCLUDED.withdrawn_at, version = EXCLUDED.version`,
};

/** One statement for each event, as most handlers are written. */
export class OneByOne {
  /**
   * @param {import('@convenant/messaging').ReceivedEvent<any>} event
   * @param {import('@convenant/messaging').HandlerContext} context
   */
  async project(event, { tx }) {
    const { subjectRef, protocolId, withdrawnAt } = event.data;
    await tx.query(upsert, [event.subject, subjectRef, protocolId, withdrawnAt, event.aggregateVersion]);
  }
}
handles(OneByOne, 'project', Projects());

const upsertAll = {
  name: 'bench_upsert_all',
  text: `INSERT INTO withdrawn_consent AS w (consent_id, subject_ref, protocol_id, withdrawn_at, version)
         SELECT DISTINCT ON (consent_id) * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[])
                AS event (consent_id, subject_ref, protocol_id, withdrawn_at, version) ORDER BY consent_id, version DESC
         ON CONFLICT (consent_id) DO UPDATE SET withdrawn_at = EXCLUDED.withdrawn_at, version = EXCLUDED.version`,
};

/** One statement for all. */
export class InBatches {
  /**
   * @param {readonly import('@convenant/messaging').ReceivedEvent<any>[]} events
   * @param {Pick<import('@convenant/messaging').HandlerContext, 'tx'>} context
   */
  async project(events, { tx }) {
    await tx.query(upsertAll, [
      events.map(({ subject }) => subject),
      events.map(({ data }) => data.subjectRef),
      events.map(({ data }) => data.protocolId),
      events.map(({ data }) => data.withdrawnAt),
      events.map(({ aggregateVersion }) => aggregateVersion),
    ]);
  }
}
handles(InBatches, 'project', ProjectsBatch());

/**
 * What the decorators of a TypeScript class would say.
 * @param {Function} type
 * @param {string} method
 * @param {MethodDecorator} kind
 */
function handles(type, method, kind) {
  const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(type.prototype, method));
  EventPattern('consent.withdrawn')(type.prototype, method, descriptor);
  kind(type.prototype, method, descriptor);
  Payload()(type.prototype, method, 0);
  Ctx()(type.prototype, method, 1);
  Controller()(type);
}
