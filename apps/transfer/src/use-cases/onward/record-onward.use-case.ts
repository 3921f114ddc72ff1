import { Inject, Injectable } from '@nestjs/common';
import {
  disclosureOnwardRecorded,
  disclosureOnwardRefused,
  type OnwardDisclosureView,
  type RecordOnwardRequest,
} from '@convenant/contracts';
import { type Clock, DomainError, formatInstant, isEnterpriseNumber, newId, parseInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { decideOnwardDisclosure, type OnwardVerdict } from '@convenant/protocol';
import { Database } from '../../db/database.js';
import { type DisclosureRow, selectDisclosure } from '../../db/disclosure.statements.js';
import { Facts } from '../../db/facts.js';
import {
  insertOnward,
  type OnwardRow,
  selectCorrectionsOfDisclosure,
  selectHeldItems,
  selectIsRegistered,
  selectOnward,
} from '../../db/onward.statements.js';
import type { CorrectionRow } from '../../db/quality.statements.js';
import { maySee } from '../../domain/disclosure-view.js';
import { onwardView } from '../../domain/onward-view.js';
import { notFound } from '../../domain/protocol-access.js';
import { type PublishableNames, publishableNames } from '../../domain/publishable-names.js';
import { storedVerdict } from '../../domain/verdict.js';

/**
 * Records that the receiver of a disclosure passes items of it on, with the verdict of the protocol; refused is kept like
 * permitted, and told to the receiver alone: no event repeats a name that the protocol does not know. Under the lock of the
 * disclosure, so an erasure of its values comes before or after.
 *
 * Errors: NOT_FOUND, FORBIDDEN (the sender), CONFLICT (it has not arrived), INPUT_INVALID (a recipient named by both or
 * neither of party and enterprise number, or that does not exist; a time before the arrival or after now).
 */
@Injectable()
export class RecordOnward {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, disclosureId: string, body: RecordOnwardRequest) {
    const id = newId();
    return this.commands.run({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [disclosureId],
      work: async (tx) => {
        await this.record(tx, id, caller, info, disclosureId, body);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.view(result['id'] as string),
    });
  }

  private async record(
    tx: WriteTransaction,
    id: string,
    caller: CallerIdentity,
    info: CommandInformation,
    disclosureId: string,
    body: RecordOnwardRequest,
  ): Promise<void> {
    const row = await this.received(tx, caller, disclosureId);
    const now = this.clock.now();
    const at = passedOnAt(body.at, row, now);
    await assertNamed(tx, body.recipient);
    const { verdict, names } = await this.decide(tx, row, body, at);
    const onward = onwardRow(id, row, body.recipient, names, verdict, at, now);
    await tx.query(insertOnward(onward));
    const { party, enterpriseNumber, category } = body.recipient;
    const whom = { ...(party ? { party } : null), ...(enterpriseNumber ? { enterpriseNumber } : null) };
    const common = {
      onwardId: id,
      disclosureId,
      subjectRef: row.subject_ref,
      protocolId: row.protocol_id,
      byParty: row.recipient_party,
      disclosedAt: formatInstant(at),
      recordedAt: formatInstant(now),
    };
    const envelope = { subject: disclosureId, context: info.context, protocolId: row.protocol_id, occurredAt: at };
    if (verdict.verdict !== 'permitted') {
      const { recipient_category: named, items, purpose, code, clause } = onward;
      const quoted = clause === null ? null : { clause };
      await tx.append(disclosureOnwardRefused, {
        ...envelope,
        ...quoted,
        data: {
          ...common,
          ...{ recipient: { ...whom, category: named }, items, purpose, verdict: verdict.verdict, code: code! },
          ...quoted,
        },
      });
      return;
    }
    await tx.append(disclosureOnwardRecorded, {
      ...envelope,
      data: {
        ...common,
        protocolVersion: verdict.version,
        recipient: { ...whom, ...(verdict.unit ? { unit: verdict.unit } : null), category },
        items: body.items,
        purpose: body.purpose,
        clause: verdict.clause,
      },
      protocolVersion: verdict.version,
      clause: verdict.clause,
    });
  }

  /** The disclosure, by its receiver, once it has arrived. */
  private async received(tx: WriteTransaction, { party }: CallerIdentity, id: string): Promise<DisclosureRow> {
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
    if (row?.verdict !== 'permitted' || !maySee(row, party)) throw notFound('Disclosure', id);
    if (row.recipient_party !== party) {
      throw new DomainError('FORBIDDEN', `The receiver of disclosure ${id} records what it passes on`);
    }
    if (!['delivered', 'unconfirmed', 'collected'].includes(row.state)) {
      throw new DomainError('CONFLICT', `Disclosure ${id} has not arrived: there is nothing to pass on`);
    }
    return row;
  }

  private async decide(
    tx: WriteTransaction,
    row: DisclosureRow,
    { recipient, items, purpose }: RecordOnwardRequest,
    at: number,
  ): Promise<{ verdict: OnwardVerdict; names: PublishableNames }> {
    const facts = await this.facts.load(tx, {
      protocols: [row.protocol_id],
      consents: row.consent_id ? [row.consent_id] : [],
      subjects: [row.subject_ref],
    });
    const stops = facts.subject(row.subject_ref)?.stops;
    const held = await tx.query<{ item: string }>(selectHeldItems(row.id));
    const protocol = facts.protocol(row.protocol_id)!.facts;
    const verdict = decideOnwardDisclosure(
      {
        at,
        purpose,
        items,
        recipient: { party: recipient.party ?? null, unit: recipient.unit ?? null, category: recipient.category },
      },
      {
        protocol,
        held: held.map(({ item }) => item),
        ...(stops ? { subject: stops } : null),
        consent: row.consent_id ? (facts.consent(row.consent_id)?.facts ?? null) : null,
      },
    );
    const named = { party: row.recipient_party, unit: '', category: recipient.category };
    const names = publishableNames(
      { purpose, items: items.map((item) => ({ item })), recipient: named },
      protocol.versions.map(({ model }) => model),
    );
    return { verdict, names };
  }

  private async view(id: string): Promise<OnwardDisclosureView> {
    const [row] = (await this.database.query<OnwardRow>(selectOnward(id))) as [OnwardRow];
    return onwardView(row, await this.database.query<CorrectionRow>(selectCorrectionsOfDisclosure(row.disclosure_id)));
  }
}

function onwardRow(
  id: string,
  row: DisclosureRow,
  recipient: RecordOnwardRequest['recipient'],
  names: PublishableNames,
  decided: OnwardVerdict,
  at: number,
  now: number,
): OnwardRow {
  const { verdict, code = null, clause = null } = storedOf(decided);
  return {
    id,
    disclosure_id: row.id,
    protocol_id: row.protocol_id,
    protocol_version: decided.verdict === 'permitted' ? decided.version : null,
    recipient_party: recipient.party ?? null,
    recipient_enterprise: recipient.enterpriseNumber ?? null,
    // A name that the protocol does not know is anybody's word: it is looked at, not kept.
    recipient_unit: decided.verdict === 'permitted' ? decided.unit : null,
    recipient_category: names.recipient.category,
    items: names.items,
    purpose: names.purpose,
    verdict,
    code,
    clause,
    disclosed_at: new Date(at),
    recorded_at: new Date(now),
  };
}

function storedOf(decided: OnwardVerdict) {
  return decided.verdict === 'permitted'
    ? { verdict: decided.verdict, clause: decided.clause }
    : storedVerdict(decided);
}

/** @throws DomainError INPUT_INVALID */
function passedOnAt(
  text: string,
  { delivered_at: deliveredAt, requested_at: requestedAt }: DisclosureRow,
  now: number,
) {
  let at: number;
  try {
    at = parseInstant(text);
  } catch {
    throw fault('/at', 'must be an existing instant with offset');
  }
  if (at > now) throw fault('/at', 'must not lie in the future: it is recorded once it is passed on');
  if (at < (deliveredAt ?? requestedAt).getTime()) throw fault('/at', 'must not lie before the disclosure arrived');
  return at;
}

/** @throws DomainError INPUT_INVALID */
async function assertNamed(
  tx: WriteTransaction,
  { party, enterpriseNumber }: RecordOnwardRequest['recipient'],
): Promise<void> {
  if ((party === undefined) === (enterpriseNumber === undefined)) {
    throw fault('/recipient', 'must name the body by its party id or by its enterprise number, not by both');
  }
  if (enterpriseNumber !== undefined && !isEnterpriseNumber(enterpriseNumber)) {
    throw fault('/recipient/enterpriseNumber', 'must be an enterprise number with right check digits');
  }
  if (party !== undefined && (await tx.query(selectIsRegistered(party))).length === 0) {
    throw fault('/recipient/party', 'must be a registered party; name any other body by its enterprise number');
  }
}

function fault(name: string, detail: string): DomainError {
  return new DomainError('INPUT_INVALID', 'The onward disclosure cannot be recorded so', {
    faults: [{ in: 'body', name, detail }],
  });
}
