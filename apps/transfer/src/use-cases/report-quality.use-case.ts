import { Inject, Injectable } from '@nestjs/common';
import { qualityReported, type ReportQualityRequest } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant, newId } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import type { ProtocolModel } from '@convenant/protocol';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { Facts, type KnownProtocol } from '../db/facts.js';
import { insertReport } from '../db/quality.statements.js';
import { maySee } from '../domain/disclosure-view.js';
import { notFound, roleIn } from '../domain/protocol-access.js';
import { qualityDeadline, qualityRule } from '../domain/quality-report.js';
import { QualityReports } from './quality-reports.js';

/** Setting QUALITY_DEADLINE: an ISO 8601 period, for protocols whose text names none. */
export class QualityPeriod {
  constructor(readonly period: string) {}
}

/**
 * Records that disclosed items are not right, found by the receiver or told by the data subject, and until when the sender
 * is to act.
 *
 * Errors: NOT_FOUND, FORBIDDEN (the protocol lets the other party report), CONFLICT (nothing arrived, or it is erased),
 * INPUT_INVALID (an item that was never disclosed, a kind that the protocol does not know). Each quotes the clause.
 */
@Injectable()
export class ReportQuality {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(QualityReports) private readonly reports: QualityReports,
    @Inject(QualityPeriod) private readonly setting: QualityPeriod,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, body: ReportQualityRequest) {
    const id = newId();
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.report(tx, id, caller, info, body);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.reports.view(result['id'] as string),
    });
  }

  private async report(
    tx: WriteTransaction,
    id: string,
    caller: CallerIdentity,
    info: CommandInformation,
    { disclosureId, items, kind, toldBySubject }: ReportQualityRequest,
  ): Promise<void> {
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(disclosureId));
    if (row?.verdict !== 'permitted' || !maySee(row, caller.party)) throw notFound('Disclosure', disclosureId);
    const protocol = await this.facts.protocol(tx, row.protocol_id);
    const rule = ruleOf(protocol!, row);
    const { parties } = protocol!.facts;
    if (roleIn(parties, caller.party) !== rule.reporter) {
      throw new DomainError('FORBIDDEN', `Under this protocol the ${rule.reporter} reports`, {
        clause: rule.clause,
      });
    }
    assertReportable(row, { items, kind }, rule);
    const at = this.clock.now();
    const deadline = qualityDeadline(rule, at, this.setting.period);
    const ids = { disclosure_id: disclosureId, protocol_id: row.protocol_id, subject_ref: row.subject_ref };
    await tx.query(
      insertReport({
        id,
        ...ids,
        reporter: parties[rule.reporter],
        investigator: parties[rule.investigator],
        items,
        kind,
        told_by_subject: toldBySubject,
        state: 'open',
        reported_at: new Date(at),
        due_at: new Date(deadline.dueAt),
        period: deadline.period,
        period_basis: deadline.basis,
        clause: rule.clause,
      }),
    );
    await tx.append(qualityReported, {
      subject: id,
      data: {
        reportId: id,
        disclosureId,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        items,
        kind,
        toldBySubject,
        reportedAt: formatInstant(at),
        dueAt: formatInstant(deadline.dueAt),
        period: deadline.period,
        periodBasis: deadline.basis,
        clause: rule.clause,
      },
      context: info.context,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      clause: rule.clause,
      occurredAt: at,
    });
  }
}

/** The quality rule of the version under which it was disclosed. @throws DomainError CONFLICT when the text has none */
function ruleOf(protocol: KnownProtocol, row: DisclosureRow): NonNullable<ProtocolModel['quality']> {
  const version = protocol.facts.versions.find((candidate) => candidate.version === row.protocol_version);
  const rule = version && qualityRule(version.model, row.items);
  if (rule) return rule;
  throw new DomainError('CONFLICT', `Protocol ${row.protocol_id} has no clause on the quality of data`);
}

function assertReportable(
  row: DisclosureRow,
  { items, kind }: Pick<ReportQualityRequest, 'items' | 'kind'>,
  { clause, kinds }: NonNullable<ProtocolModel['quality']>,
): void {
  const stranger = items.findIndex((item) => !row.items.includes(item));
  if (stranger >= 0) {
    const detail = `must be an item that disclosure ${row.id} carried`;
    throw new DomainError('INPUT_INVALID', 'The report names an item that was never disclosed', {
      clause,
      faults: [{ in: 'body', name: `/items/${stranger}`, detail }],
    });
  }
  if (!kinds.includes(kind)) {
    throw new DomainError('INPUT_INVALID', 'The protocol does not know this kind of report', {
      clause,
      faults: [{ in: 'body', name: '/kind', detail: `must be one of ${kinds.join(', ')}` }],
    });
  }
  if (row.state === 'authorized' || row.state === 'delivering' || row.state === 'failed') {
    throw new DomainError('CONFLICT', `Disclosure ${row.id} has not arrived`, { clause });
  }
  if (row.erased_at) throw new DomainError('CONFLICT', `The values of disclosure ${row.id} are erased`, { clause });
}
