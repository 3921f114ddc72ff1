import { Inject, Injectable } from '@nestjs/common';
import {
  disclosureAuthorized,
  disclosureRefused,
  type RequestDisclosureRequest,
  type VerdictView,
} from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import type { DisclosurePermitted } from '@convenant/protocol';
import { Database } from '../db/database.js';
import { insertDelivery } from '../db/delivery.statements.js';
import {
  type DisclosureRow,
  insertDisclosure,
  insertItems,
  selectDisclosure,
  useConsent,
} from '../db/disclosure.statements.js';
import { DeliverySignal } from '../delivery/delivery-signal.js';
import { type PublishableNames, publishableNames } from '../domain/publishable-names.js';
import { answerOf, type StoredVerdict, storedVerdict } from '../domain/verdict.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { type DecidedRequest, DisclosureDecision, modelOf } from './disclosure-decision.js';
import { SeenFacts } from './seen-facts.js';

/**
 * Decides a requested disclosure and records the decision, permitted and refused alike, with its event in one commit.
 * Permitted: the ledger, the sealed values, the used consent and the delivery to be made stand in the same commit; only
 * after it may a byte leave.
 *
 * Errors: NOT_FOUND, VERSION_NOT_SEEN.
 */
@Injectable()
export class RequestDisclosure {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(DisclosureDecision) private readonly decision: DisclosureDecision,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(SeenFacts) private readonly seen: SeenFacts,
    @Inject(DeliverySignal) private readonly deliveries: DeliverySignal,
    @Inject(Database) private readonly database: Database,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, body: RequestDisclosureRequest) {
    await this.seen.await(body.seen);
    const id = newId();
    const answered = await this.commands.run<VerdictView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.decideAndRecord(tx, id, caller, info, body);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.answer(result.id as string),
    });
    this.deliveries.wake();
    return answered;
  }

  private async decideAndRecord(
    tx: WriteTransaction,
    id: string,
    caller: CallerIdentity,
    info: CommandInformation,
    body: RequestDisclosureRequest,
  ): Promise<void> {
    const decided = await this.decision.decide(tx, caller, body);
    let { verdict } = decided;
    if (verdict.verdict === 'permitted' && verdict.consumesConsentId) {
      // Settled by the key, not by what was read: of two that found it unused, one gets it.
      const [used] = await tx.query(useConsent(verdict.consumesConsentId, id));
      if (!used) verdict = this.decision.consentUsed(decided);
    }
    const permitted = verdict.verdict === 'permitted' ? verdict : null;
    const stored = storedVerdict(verdict);
    const names = publishableNames(
      body,
      decided.protocol.facts.versions.map(({ model }) => model),
    );
    await tx.query(insertDisclosure(row(id, caller, body, decided, names, stored, permitted)));
    if (permitted) await this.recordPermitted(tx, id, caller, info, body, decided, permitted);
    else await this.recordRefused(tx, id, caller, info, body, decided, names, stored);
  }

  private async recordPermitted(
    tx: WriteTransaction,
    id: string,
    caller: CallerIdentity,
    info: CommandInformation,
    body: RequestDisclosureRequest,
    { request, protocol, consent }: DecidedRequest,
    permitted: DisclosurePermitted,
  ): Promise<void> {
    const items = permitted.items.map(({ item }) => item);
    const ledger = permitted.items.map(({ item, clause }) => {
      const requested = body.items.find((candidate) => candidate.item === item)!;
      return { item, clause, fields: Object.keys(requested.fields) };
    });
    await tx.query(insertItems(id, ledger));
    const values = Buffer.from(JSON.stringify(body.items));
    await this.vault.put(tx, id, 'values', items, values);
    values.fill(0);

    const { route } = permitted;
    const facts = [{ kind: 'protocol', subject: body.protocolId, aggregateversion: protocol.version }];
    if (consent) facts.push({ kind: 'consent', subject: consent.facts.consentId, aggregateversion: consent.version });
    const event = await tx.append(disclosureAuthorized, {
      subject: id,
      data: {
        ...common(id, caller, body, request.requestedAt),
        purpose: body.purpose,
        items,
        recipient: body.recipient,
        protocolVersion: permitted.version,
        clause: permitted.clause,
        channel: { kind: route.kind, route: route.id, ...(route.cipher ? { cipher: route.cipher } : null) },
        facts,
      },
      context: info.context,
      protocolId: body.protocolId,
      protocolVersion: permitted.version,
      clause: permitted.clause,
      occurredAt: request.requestedAt,
    });
    // What the delivery says later was caused by the authorisation and asked for by the same command.
    await tx.query(insertDelivery(id, { ...info.context, causationId: event.id }));
  }

  private async recordRefused(
    tx: WriteTransaction,
    id: string,
    caller: CallerIdentity,
    info: CommandInformation,
    body: RequestDisclosureRequest,
    { request }: DecidedRequest,
    names: PublishableNames,
    stored: StoredVerdict,
  ): Promise<void> {
    const { verdict, code, clause, missing } = stored;
    await tx.append(disclosureRefused, {
      subject: id,
      data: {
        ...common(id, caller, body, request.requestedAt),
        ...names,
        verdict: verdict === 'gap' ? 'gap' : 'refused',
        code: code!,
        ...(clause ? { clause } : null),
        ...(missing ? { missing: [...missing] } : null),
      },
      context: info.context,
      protocolId: body.protocolId,
      ...(clause ? { clause } : null),
      occurredAt: request.requestedAt,
    });
  }

  private async answer(id: string): Promise<VerdictView> {
    const [stored] = await this.database.query<DisclosureRow>(selectDisclosure(id));
    const { verdict, code, clause } = stored!;
    return { id, ...answerOf({ verdict, ...(code ? { code } : null), ...(clause ? { clause } : null) }) };
  }
}

function common(id: string, caller: CallerIdentity, body: RequestDisclosureRequest, requestedAt: number) {
  return {
    disclosureId: id,
    subjectRef: body.subjectRef,
    protocolId: body.protocolId,
    requesterParty: caller.party!,
    ...(caller.unit ? { requesterUnit: caller.unit } : null),
    ...(body.consentId ? { consentId: body.consentId } : null),
    requestedAt: formatInstant(requestedAt),
  };
}

function row(
  id: string,
  caller: CallerIdentity,
  body: RequestDisclosureRequest,
  { request, protocol }: DecidedRequest,
  names: PublishableNames,
  stored: StoredVerdict,
  permitted: DisclosurePermitted | null,
) {
  const recipient = permitted ? body.recipient : names.recipient;
  const rule =
    permitted && modelOf(protocol, permitted).recipients.find(({ category }) => category === recipient.category);
  return {
    id,
    protocol_id: body.protocolId,
    protocol_version: permitted?.version ?? null,
    subject_ref: body.subjectRef,
    requester_party: caller.party!,
    requester_ref: caller.userRef,
    requester_unit: caller.unit ?? null,
    purpose: names.purpose,
    consent_id: body.consentId ?? null,
    recipient_party: recipient.party,
    recipient_unit: recipient.unit,
    recipient_category: recipient.category,
    // Unknown is as strict as known: only a recipient that the protocol frees of it needs no secrecy.
    requires_secrecy: rule?.requiresSecrecy ?? true,
    items: names.items,
    verdict: stored.verdict,
    code: stored.code ?? null,
    clause: stored.clause ?? null,
    missing: stored.missing ? [...stored.missing] : null,
    state: permitted ? ('authorized' as const) : ('refused' as const),
    route_id: permitted?.route.id ?? null,
    requested_at: new Date(request.requestedAt),
  };
}
