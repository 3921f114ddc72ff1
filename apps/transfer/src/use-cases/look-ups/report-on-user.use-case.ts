import { Inject, Injectable } from '@nestjs/common';
import type { UserReportRequest, UserReportView } from '@convenant/contracts';
import { canonicalJson, type Clock, DomainError, formatInstant, newId, parseInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../../db/database.js';
import { selectAuthorizationsOf, type UserFactRow } from '../../db/user-fact.statements.js';
import {
  insertUserReport,
  type ReportedLookUp,
  selectLookUpsOf,
  selectUserReport,
  type UserReportRow,
} from '../../db/user-report.statements.js';
import { ArchiveSigner } from '../../delivery/archive-signer.js';

/** Look-ups in one report; the rest follows in the next. */
const AT_ONCE = 500;

/**
 * Justifies the access of one user of the caller's own party: who looked up whom (by reference), when, which items, for which
 * task, under whose supervision, with which verdict; refusals too. Signed by the installation. That it was asked for, and by
 * whom, is kept.
 */
@Injectable()
export class ReportOnUser {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(ArchiveSigner) private readonly signer: ArchiveSigner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError INPUT_INVALID (no such instants, an interval that is empty) */
  async execute(caller: CallerIdentity, info: CommandInformation, body: UserReportRequest) {
    const [from, until] = [instant(body.from, '/from'), instant(body.until, '/until')];
    if (until <= from) throw fault('/until', 'must be later than from');
    const id = newId();
    return this.commands.run<UserReportView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await tx.query(
          insertUserReport({
            id,
            party: caller.party!,
            user_ref: body.userRef,
            asked_from: new Date(from),
            asked_until: new Date(until),
            after: body.after ?? null,
            made_by: caller.userRef,
            made_at: new Date(this.clock.now()),
          }),
        );
        return { status: 201, result: { id } };
      },
      answer: async (result) => this.view(result['id'] as string),
    });
  }

  private async view(id: string): Promise<UserReportView> {
    const [asked] = (await this.database.query<UserReportRow>(selectUserReport(id))) as [UserReportRow];
    const { party, user_ref: userRef } = asked;
    const users = await this.database.query<UserFactRow>(selectAuthorizationsOf(party, userRef));
    const found = await this.database.query<ReportedLookUp>(selectLookUpsOf(asked, AT_ONCE + 1));
    const shown = found.slice(0, AT_ONCE);
    const report = {
      party,
      userRef,
      from: formatInstant(asked.asked_from.getTime()),
      until: formatInstant(asked.asked_until.getTime()),
      madeAt: formatInstant(asked.made_at.getTime()),
      authorizations: users.map(authorizationOf),
      lookUps: shown.map(lookUpOf),
      ...(found.length > AT_ONCE ? { next: shown.at(-1)!.id } : null),
    };
    const value = this.signer.sign(Buffer.from(canonicalJson(report))).toString('base64');
    return { report, signature: { algorithm: 'Ed25519', keyId: this.signer.keyId, value } };
  }
}

function authorizationOf(row: UserFactRow): UserReportView['report']['authorizations'][number] {
  const { authorization_id: id, protocol_id: protocolId, unit, task, capacity, items, supervisor } = row;
  return {
    ...{ id, protocolId, unit, task, capacity, items, supervisor },
    validFrom: formatInstant(row.valid_from.getTime()),
    validUntil: formatInstant(row.valid_until.getTime()),
    ...(row.revoked_at ? { revokedAt: formatInstant(row.revoked_at.getTime()) } : null),
  };
}

function lookUpOf(row: ReportedLookUp): UserReportView['report']['lookUps'][number] {
  const { verdict, purpose, items, task, state } = row;
  return {
    disclosureId: row.id,
    requestedAt: formatInstant(row.requested_at.getTime()),
    protocolId: row.protocol_id,
    subjectRef: row.subject_ref,
    identifierKind: row.identifier_kind,
    ...{ purpose, items, task, verdict, state },
    ...(row.capacity ? { capacity: row.capacity } : null),
    ...(row.supervisor ? { supervisor: row.supervisor } : null),
    ...(row.authorization_id ? { authorizationId: row.authorization_id } : null),
    ...(row.code ? { code: row.code } : null),
    ...(row.clause ? { clause: row.clause } : null),
    ...(row.failure ? { failure: row.failure } : null),
    ...(row.delivered_at ? { deliveredAt: formatInstant(row.delivered_at.getTime()) } : null),
    ...(row.route_id ? { route: row.route_id } : null),
    ...(row.receipt ? { receipt: row.receipt } : null),
    ...(row.transfer_controller ? { controllerOfTransfer: row.transfer_controller } : null),
  };
}

function instant(text: string, name: string): number {
  try {
    return parseInstant(text);
  } catch {
    throw fault(name, 'must be an existing instant with offset');
  }
}

function fault(name: string, detail: string): DomainError {
  return new DomainError('INPUT_INVALID', 'The interval is none', { faults: [{ in: 'body', name, detail }] });
}
