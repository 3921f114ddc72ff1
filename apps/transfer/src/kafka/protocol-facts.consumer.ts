import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { createHash } from 'node:crypto';
import type {
  EventData,
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolGapDecided,
  protocolExpired,
  protocolLapsed,
  protocolLinkedAgreementEnded,
  protocolNoticeGiven,
  protocolResumed,
  protocolRevoked,
  protocolSuspended,
  protocolTerminated,
} from '@convenant/contracts';
import { canonicalJson, parseInstant } from '@convenant/kernel';
import { type HandlerContext, PermanentFailure, Projects, type ReceivedEvent } from '@convenant/messaging';
import { applyDecisions, type ProtocolModel } from '@convenant/protocol';
import {
  type DecidedTextRow,
  endProtocol,
  fillModel,
  resumeProtocol,
  selectDecidedText,
  selectProtocolParties,
  type StoredDecision,
  suspendProtocol,
  touchProtocol,
  upsertProtocolDraft,
  upsertProtocolVersion,
} from '../db/fact.statements.js';
import type { Statement } from '../db/statement.js';

type Ending = EventData<
  | typeof protocolTerminated
  | typeof protocolExpired
  | typeof protocolRevoked
  | typeof protocolNoticeGiven
  | typeof protocolLapsed
  | typeof protocolLinkedAgreementEnded
>;

/** Keeps what the register says about protocols, as far as disclosures are decided on it. */
@Controller()
export class ProtocolFactsConsumer {
  @Projects()
  @EventPattern<string>('protocol.drafted')
  async onDrafted(@Payload() event: ReceivedEvent<EventData<typeof protocolDrafted>>, @Ctx() { tx }: HandlerContext) {
    const { protocolId, version: protocolVersion, parties, frameworkId = null, model } = event.data;
    await tx.query(upsertProtocolDraft({ protocolId, version: event.aggregateVersion, ...parties, frameworkId }));
    await tx.query(versionRow(protocolId, protocolVersion, model, null));
  }

  /** The version in force decides until this one is activated and its day has come: the time of a request picks. */
  @Projects()
  @EventPattern<string>('protocol.amended')
  async onAmended(@Payload() event: ReceivedEvent<EventData<typeof protocolAmended>>, @Ctx() context: HandlerContext) {
    const { protocolId, version: protocolVersion, model } = event.data;
    await change(context, event, touchProtocol(protocolId, event.aggregateVersion));
    await context.tx.query(versionRow(protocolId, protocolVersion, model, null));
  }

  /** Also after the activation: from here on the point that the text left open has the value that was decided. */
  @Projects()
  @EventPattern<string>('protocol.gap.decided')
  async onGapDecided(
    @Payload() event: ReceivedEvent<EventData<typeof protocolGapDecided>>,
    @Ctx() context: HandlerContext,
  ) {
    const { tx } = context;
    const { protocolId, version: protocolVersion, decisionId, openPoint: openPointId, value, decidedOn } = event.data;
    const { party, capacity } = event.data.decidedBy;
    await change(context, event, touchProtocol(protocolId, event.aggregateVersion));
    const [parties] = await tx.query<{ sender: string }>(selectProtocolParties(protocolId));
    const [before] = await tx.query<DecidedTextRow>(selectDecidedText(protocolId, protocolVersion));
    if (!before) throw new PermanentFailure('protocol.unknown', `${event.name} of a version without a draft`);
    const decidedBy = party === parties!.sender ? 'sender' : 'receiver';
    const decision: StoredDecision = { decisionId, openPointId, value, decidedBy, capacity, decidedOn };
    // A replay brings the text back without the decisions: they are filled in again, each once.
    const known = before.decisions.some((other) => other.decisionId === decisionId);
    const decisions = known ? before.decisions : [...before.decisions, decision];
    const model = canonicalJson(applyDecisions(before.text_model as ProtocolModel, decisions).model);
    await tx.query(fillModel({ protocolId, protocolVersion, decisions, model, digest: digestOf(model) }));
  }

  @Projects()
  @EventPattern<string>('protocol.activated')
  async onActivated(
    @Payload() event: ReceivedEvent<EventData<typeof protocolActivated>>,
    @Ctx() context: HandlerContext,
  ) {
    const { protocolId, version: protocolVersion, effectiveFrom, model } = event.data;
    await change(context, event, touchProtocol(protocolId, event.aggregateVersion));
    await context.tx.query(versionRow(protocolId, protocolVersion, model, new Date(parseInstant(effectiveFrom))));
  }

  @Projects()
  @EventPattern<string>('protocol.terminated')
  async onTerminated(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await ended(context, event);
  }

  @Projects()
  @EventPattern<string>('protocol.revoked')
  async onRevoked(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await ended(context, event);
  }

  /** The flow goes on until `endsAt`, which lies ahead. */
  @Projects()
  @EventPattern<string>('protocol.notice.given')
  async onNoticeGiven(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await ended(context, event);
  }

  /** By law, on a date that may lie behind or ahead. What follows on the date itself, `protocol.ended`, changes nothing here. */
  @Projects()
  @EventPattern<string>('protocol.lapsed')
  async onLapsed(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await ended(context, event);
  }

  @Projects()
  @EventPattern<string>('protocol.linkedAgreement.ended')
  async onLinkedAgreementEnded(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await ended(context, event);
  }

  /** By its text it had ended already: decisions look at the last day themselves. */
  @Projects()
  @EventPattern<string>('protocol.expired')
  async onExpired(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await ended(context, event);
  }

  @Projects()
  @EventPattern<string>('protocol.suspended')
  async onSuspended(
    @Payload() event: ReceivedEvent<EventData<typeof protocolSuspended>>,
    @Ctx() context: HandlerContext,
  ) {
    const { protocolId, suspendedAt, clause } = event.data;
    const from = new Date(parseInstant(suspendedAt));
    await change(context, event, suspendProtocol(protocolId, event.aggregateVersion, from, clause));
  }

  @Projects()
  @EventPattern<string>('protocol.resumed')
  async onResumed(@Payload() event: ReceivedEvent<EventData<typeof protocolResumed>>, @Ctx() context: HandlerContext) {
    await change(context, event, resumeProtocol(event.data.protocolId, event.aggregateVersion));
  }
}

async function ended(context: HandlerContext, event: ReceivedEvent<Ending>): Promise<void> {
  const { protocolId, endsAt, clause } = event.data;
  await change(context, event, endProtocol(protocolId, event.aggregateVersion, new Date(parseInstant(endsAt)), clause));
}

/** @throws PermanentFailure when the row is not there: what came before it is missing, so nothing may be built on this */
async function change({ tx }: HandlerContext, event: ReceivedEvent, statement: Statement): Promise<void> {
  const changed = await tx.query(statement);
  if (changed.length === 0) throw new PermanentFailure('protocol.unknown', `${event.name} without a draft before it`);
}

function versionRow(
  protocolId: string,
  protocolVersion: number,
  model: unknown,
  effectiveFrom: Date | null,
): Statement {
  const text = canonicalJson(model);
  return upsertProtocolVersion({ protocolId, protocolVersion, model: text, digest: digestOf(text), effectiveFrom });
}

function digestOf(model: string): string {
  return createHash('sha256').update(model).digest('hex');
}
