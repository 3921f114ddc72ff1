import { Inject, Injectable } from '@nestjs/common';
import { qualityResolved, type ResolveQualityRequest } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import type { DisclosureRow } from '../db/disclosure.statements.js';
import { markResolved, type QualityReportRow, selectCarriers, selectReport } from '../db/quality.statements.js';
import { type Measure, measureOf } from '../domain/quality-measure.js';
import { isOverdue } from '../domain/quality-report.js';
import { PropagateMeasure } from './propagate-measure.js';
import { assertState, QualityReports, reportIds } from './quality-reports.js';

/** Disclosures that one measure reaches: with a correction each, and the report, they are locked in one transaction. */
const MOST_CARRIERS = 200;
/** How often a disclosure that became known in between makes it begin again. */
const MOST_TRIES = 5;

/** A disclosure that carries the item was authorised after the locks were chosen. */
class MoreCarriers extends Error {}

/**
 * Records the measure of the investigating party, carries it out on every disclosure of the same person that carried the
 * items, and tells each recipient, in one commit. Late is accepted and said.
 *
 * Errors: NOT_FOUND, FORBIDDEN, TRANSITION_ILLEGAL (not investigated yet, closed), INPUT_INVALID (an item that was not
 * reported, a value that the protocol does not allow), CONFLICT (more disclosures than one commit holds).
 */
@Injectable()
export class ResolveQuality {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(QualityReports) private readonly reports: QualityReports,
    @Inject(PropagateMeasure) private readonly propagate: PropagateMeasure,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string, body: ResolveQualityRequest) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.attempt(caller, info, id, body);
      } catch (error) {
        if (!(error instanceof MoreCarriers) || tries >= MOST_TRIES) throw error;
      }
    }
  }

  private async attempt(caller: CallerIdentity, info: CommandInformation, id: string, body: ResolveQualityRequest) {
    // An aggregate is locked before anything is read under the lock: whom it reaches is looked up first and checked after.
    const [reported] = await this.database.query<QualityReportRow>(selectReport(id));
    const carriers = reported ? await this.database.query<DisclosureRow>(carriersOf(reported, reported.items)) : [];
    const corrections = new Map(carriers.map((carrier) => [carrier.id, newId()]));
    if (carriers.length > MOST_CARRIERS) throw tooMany(id);
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id, ...corrections.keys(), ...corrections.values()],
      work: async (tx) => {
        await this.resolve(tx, caller, info, id, body, corrections);
        return { status: 201, result: { id } };
      },
      answer: () => this.reports.view(id),
    });
  }

  private async resolve(
    tx: WriteTransaction,
    caller: CallerIdentity,
    info: CommandInformation,
    id: string,
    body: ResolveQualityRequest,
    corrections: ReadonlyMap<string, string>,
  ): Promise<void> {
    const row = await this.reports.forStepOf('investigator', tx, caller, id);
    assertState(row, ['investigated'], 'resolved');
    const measure = this.checked(body, row);
    const reached = measure.kind ? await tx.query<DisclosureRow>(carriersOf(row, measure.items)) : [];
    if (reached.some((carrier) => !corrections.has(carrier.id))) throw new MoreCarriers();
    const at = this.clock.now();
    for (const carrier of reached) {
      await this.propagate.execute(tx, row, carrier, measure, {
        correctionId: corrections.get(carrier.id)!,
        measure: body.measure,
        context: info.context,
        at,
      });
    }
    await tx.query(markResolved(id, body.measure, body.reason, new Date(at)));
    await tx.append(qualityResolved, {
      subject: id,
      data: {
        ...reportIds(row),
        items: measure.kind ? [...measure.items] : row.items,
        measure: body.measure,
        reason: body.reason,
        told: reached.length,
        resolvedAt: formatInstant(at),
        overdue: isOverdue(row, at),
      },
      context: info.context,
      protocolId: row.protocol_id,
      clause: row.clause,
      occurredAt: at,
    });
  }

  private checked(body: ResolveQualityRequest, row: QualityReportRow): Measure {
    const measure = measureOf(body, row.items);
    if ('kind' in measure) return measure;
    throw new DomainError('INPUT_INVALID', `The measure does not fit quality report ${row.id}`, {
      clause: row.clause,
      faults: [{ in: 'body', ...measure }],
    });
  }
}

function carriersOf({ subject_ref, protocol_id }: QualityReportRow, items: readonly string[]) {
  return selectCarriers(subject_ref, protocol_id, items, MOST_CARRIERS + 1);
}

function tooMany(id: string): DomainError {
  return new DomainError('CONFLICT', `More than ${MOST_CARRIERS} disclosures carry the items of quality report ${id}`);
}
