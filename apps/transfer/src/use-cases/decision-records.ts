import { Inject, Injectable } from '@nestjs/common';
import { disclosureAuthorized, disclosureRefused, type RequestDisclosureRequest } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import type { DisclosurePermitted, DisclosureVerdict } from '@convenant/protocol';
import {
  type DecidedDisclosure,
  insertDeliveries,
  insertDisclosures,
  type LedgerEntry,
} from '../db/decision.statements.js';
import { type PublishableNames, publishableNames } from '../domain/publishable-names.js';
import { type StoredVerdict, storedVerdict } from '../domain/verdict.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { type DecidedRequest, modelOf } from './disclosure-decision.js';

/** A requested disclosure, under the id that it will have. */
export interface RequestedDisclosure {
  readonly id: string;
  readonly caller: CallerIdentity;
  readonly info: CommandInformation;
  readonly body: RequestDisclosureRequest;
}

/** A request with the verdict that stands. */
export interface JudgedDisclosure {
  readonly asked: RequestedDisclosure;
  readonly decided: DecidedRequest;
  readonly verdict: DisclosureVerdict;
}

/**
 * Records decisions, permitted and refused alike, each with its event: rows of many in one statement per table. Permitted:
 * the ledger, the sealed values and the delivery to be made stand in the same commit. Their ids must be locked.
 */
@Injectable()
export class DecisionRecords {
  constructor(@Inject(DisclosureVault) private readonly vault: DisclosureVault) {}

  /** @returns what is stored of each verdict, in the same order */
  async write(tx: WriteTransaction, judged: readonly JudgedDisclosure[]): Promise<StoredVerdict[]> {
    const rows: DecidedDisclosure[] = [];
    const values: { id: string; values: RequestDisclosureRequest['items'] }[] = [];
    const deliveries: { disclosureId: string; context: unknown }[] = [];
    const stored: StoredVerdict[] = [];
    for (const one of judged) {
      const { asked, decided, verdict } = one;
      const models = decided.protocol.facts.versions.map(({ model }) => model);
      const names = publishableNames(asked.body, models);
      const outcome = storedVerdict(verdict);
      stored.push(outcome);
      if (verdict.verdict !== 'permitted') {
        rows.push(row(one, names, outcome, null));
        await appendRefused(tx, one, names, outcome);
        continue;
      }
      const { id, body, info } = asked;
      rows.push(row(one, names, outcome, verdict));
      values.push({ id, values: body.items });
      const event = await appendAuthorized(tx, one, verdict);
      // What the delivery says later was caused by the authorisation and asked for by the same command.
      deliveries.push({ disclosureId: id, context: { ...info.context, causationId: event.id } });
    }
    if (rows.length > 0) tx.send(insertDisclosures(rows));
    if (values.length > 0) {
      await this.vault.putFirst(tx, values);
      tx.send(insertDeliveries(deliveries));
    }
    return stored;
  }
}

function appendAuthorized(
  tx: WriteTransaction,
  { asked, decided }: JudgedDisclosure,
  permitted: DisclosurePermitted,
): Promise<{ id: string }> {
  const { id, info, body } = asked;
  const { request, protocol, consent, subject } = decided;
  const { route } = permitted;
  const facts = [{ kind: 'protocol', subject: body.protocolId, aggregateversion: protocol.version }];
  const its = protocol.framework;
  if (its) facts.push({ kind: 'framework', subject: its.facts.protocolId, aggregateversion: its.version });
  // Of a person who has stopped something at some time: it did not stand then.
  if (subject.version > 1) facts.push({ kind: 'subject', subject: body.subjectRef, aggregateversion: subject.version });
  if (consent) facts.push({ kind: 'consent', subject: consent.facts.consentId, aggregateversion: consent.version });
  return tx.append(disclosureAuthorized, {
    subject: id,
    data: {
      ...common(asked, request.requestedAt),
      purpose: body.purpose,
      items: permitted.items.map(({ item }) => item),
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
}

async function appendRefused(
  tx: WriteTransaction,
  { asked, decided }: JudgedDisclosure,
  names: PublishableNames,
  { verdict, code, clause, missing }: StoredVerdict,
): Promise<void> {
  const { requestedAt } = decided.request;
  await tx.append(disclosureRefused, {
    subject: asked.id,
    data: {
      ...common(asked, requestedAt),
      ...names,
      verdict: verdict === 'gap' ? 'gap' : 'refused',
      code: code!,
      ...(clause ? { clause } : null),
      ...(missing ? { missing: [...missing] } : null),
    },
    context: asked.info.context,
    protocolId: asked.body.protocolId,
    ...(clause ? { clause } : null),
    occurredAt: requestedAt,
  });
}

function common({ id, caller, body }: RequestedDisclosure, requestedAt: number) {
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
  { asked: { id, caller, body }, decided: { request, protocol } }: JudgedDisclosure,
  names: PublishableNames,
  stored: StoredVerdict,
  permitted: DisclosurePermitted | null,
): DecidedDisclosure {
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
    state: permitted ? 'authorized' : 'refused',
    route_id: permitted?.route.id ?? null,
    requested_at: new Date(request.requestedAt),
    ledger: permitted && ledgerOf(permitted, body.items),
  };
}

function ledgerOf({ items }: DisclosurePermitted, requested: RequestDisclosureRequest['items']): LedgerEntry[] {
  return items.map(({ item, clause }) => {
    const { fields } = requested.find((candidate) => candidate.item === item)!;
    return { item, fields: Object.keys(fields), clause };
  });
}
