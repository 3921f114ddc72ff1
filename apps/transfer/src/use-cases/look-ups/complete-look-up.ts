import { Inject, Injectable } from '@nestjs/common';
import { disclosureDelivered } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant } from '@convenant/kernel';
import { CLOCK, type CommandContext, Outbox, type WriteTransaction } from '@convenant/messaging';
import { controllerOfTransfer, type ProtocolModel } from '@convenant/protocol';
import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '../../db/database.js';
import { type DisclosureRow, markDelivered, selectDisclosure } from '../../db/disclosure.statements.js';
import { Facts } from '../../db/facts.js';
import {
  claimLookUp,
  closeLookUp,
  type LookUpRow,
  markOrigins,
  markRoute,
  selectLookUp,
} from '../../db/look-up.statements.js';
import type { LookUpLease } from '../../domain/look-up-lease.js';
import { isAgreedAnswer } from '../../domain/source-answer.js';
import type { SubjectKey } from '../../domain/subject-keys.js';
import { SourceConnector, type SourceOutcome } from '../../source/source-connector.js';
import { SourceEndpoints } from '../../source/source-endpoints.js';
import { DisclosureVault } from '../../vault/disclosure-vault.js';
import { failLookUp } from './fail-look-up.js';
import { LookUpStop } from './look-up-stop.js';

/** How long a repeat waits for the one who is fetching, real time. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Takes an intent to its outcome: fetches the values, then seals them and says so in one commit, in which protocol and user
 * are asked again. What came too late for its lease is dropped: another may have taken over, or a barrier stands.
 */
@Injectable()
export class CompleteLookUp {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Database) private readonly database: Database,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(SourceEndpoints) private readonly endpoints: SourceEndpoints,
    @Inject(SourceConnector) private readonly source: SourceConnector,
    @Inject(LookUpStop) private readonly stop: LookUpStop,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Returns when the outcome is on record, by whomever.
   * @throws DomainError COMMAND_IN_PROGRESS (another is fetching), UNAVAILABLE (out of time, or a fact cannot be read)
   */
  async execute(id: string, key: SubjectKey, lease: LookUpLease): Promise<void> {
    if (!(await this.mine(id, lease))) return;
    const [row] = await this.database.query<DisclosureRow>(selectDisclosure(id));
    const outcome = await this.fetch(row!, key);
    await this.outbox.transaction([id], (tx) => this.record(tx, id, outcome, lease));
  }

  /** False when it has its outcome already. */
  private async mine(id: string, { attemptId, ms }: LookUpLease): Promise<boolean> {
    const patience = performance.now() + PATIENCE_MS;
    for (;;) {
      const [lookUp] = await this.database.query<LookUpRow>(selectLookUp(id));
      if (lookUp!.state === 'closed') return false;
      if (lookUp!.attempt_id === attemptId) return true;
      if ((await this.database.query(claimLookUp(id, attemptId, ms))).length > 0) return true;
      if (performance.now() > patience) {
        throw new DomainError('COMMAND_IN_PROGRESS', `The values of disclosure ${id} are being fetched`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  private async fetch(row: DisclosureRow, key: SubjectKey): Promise<SourceOutcome> {
    const endpoint = await this.endpoints.find(this.database, row.protocol_id, row.route_id!);
    if (endpoint === null) return { kind: 'failed', code: 'SOURCE_UNREACHABLE' };
    return this.source.fetch(endpoint, {
      requestId: row.id,
      protocol: row.protocol_id,
      purpose: row.purpose,
      items: row.items,
      identifier: { kind: key.kind, value: key.value },
      onBehalfOf: { party: row.requester_party, userRef: row.requester_ref },
    });
  }

  private async record(tx: WriteTransaction, id: string, outcome: SourceOutcome, lease: LookUpLease): Promise<void> {
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
    const [lookUp] = await tx.query<LookUpRow>(selectLookUp(id));
    const stop = await this.stop.ask(tx, row!, lookUp!);
    if (stop === 'blocked')
      throw new DomainError('UNAVAILABLE', `A fact about disclosure ${id} cannot be read at present`);
    if ((await tx.query(closeLookUp(id, lease.attemptId))).length === 0) {
      throw new DomainError('UNAVAILABLE', `Disclosure ${id} took too long: ask again with the same key`);
    }
    const context = lookUp!.context as CommandContext;
    if (stop) return failLookUp(tx, row!, stop, context);
    if (outcome.kind === 'failed') return failLookUp(tx, row!, outcome, context);
    const { model } = (await this.facts.protocol(tx, row!.protocol_id))!.facts.versions.find(
      ({ version }) => version === row!.protocol_version,
    )!;
    const route = model.routes.find(({ id: routeId }) => routeId === row!.route_id)!;
    if (!isAgreedAnswer(outcome.items, row!.items, model)) {
      return failLookUp(tx, row!, { code: 'SOURCE_ANSWER_INVALID', clause: model.itemsClause }, context);
    }
    // Who carries for others says so: without its receipt nobody could show that it went that way.
    if (route.operator !== null && outcome.receipt === undefined) {
      return failLookUp(tx, row!, { code: 'RECEIPT_MISSING', clause: route.clause }, context);
    }
    await this.deliver(tx, row!, outcome, route, { attemptId: lease.attemptId, context });
  }

  private async deliver(
    tx: WriteTransaction,
    row: DisclosureRow,
    { items, receipt }: Extract<SourceOutcome, { kind: 'found' }>,
    route: ProtocolModel['routes'][number],
    { attemptId, context }: { attemptId: string; context: CommandContext },
  ): Promise<void> {
    const at = this.clock.now();
    const controller = controllerOfTransfer(route);
    const content = Buffer.from(JSON.stringify(items.map(({ item, fields }) => ({ item, fields }))));
    const origins = items.map(({ item, fields, source, version }) => ({
      item,
      fields: Object.keys(fields),
      source,
      version,
    }));
    await this.vault.put(
      tx,
      row.id,
      'values',
      items.map(({ item }) => item),
      content,
    );
    content.fill(0);
    await tx.query(markOrigins(row.id, origins));
    await tx.query(markRoute(row.id, receipt ?? null, controller));
    await tx.query(markDelivered(row.id, new Date(at)));
    await tx.append(disclosureDelivered, {
      subject: row.id,
      data: {
        disclosureId: row.id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        attemptId,
        route: route.id,
        ...(receipt === undefined ? null : { receipt }),
        controllerOfTransfer: controller,
        items: origins,
        deliveredAt: formatInstant(at),
        clause: route.clause,
      },
      context,
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      clause: route.clause,
      occurredAt: at,
    });
  }
}
