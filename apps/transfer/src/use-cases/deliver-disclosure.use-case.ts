import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@convenant/kernel';
import { Lease, type SendOutcome, SmtpSender } from '@convenant/mail';
import { type CommandContext, Outbox, type WriteTransaction } from '@convenant/messaging';
import type { ProtocolModel } from '@convenant/protocol';
import { Database } from '../db/database.js';
import { type DeliveryRow, dueAgain, insertAttempt, selectDelivery, startSending } from '../db/delivery.statements.js';
import { type DisclosureRow, markDelivering, selectDisclosure } from '../db/disclosure.statements.js';
import { Facts } from '../db/facts.js';
import { ArchiveSigner } from '../delivery/archive-signer.js';
import { composeDisclosureMail } from '../delivery/compose-mail.js';
import { DeliverySettings } from '../delivery/delivery-settings.js';
import { BLOCKED_RETRY_MS } from '../domain/blocked-retry.js';
import { DeliverToInbox } from './deliver-to-inbox.use-case.js';
import { type DeliveryArchive, DeliveryArchives } from './delivery-archive.js';
import { EndAttempt } from './end-attempt.js';
import { StopDelivery } from './stop-delivery.js';

interface Attempt {
  readonly id: string;
  readonly lease: Lease;
}

/**
 * Sends one authorised disclosure over its route: into the inbox of the receiving unit, or as an archive by mail. Before the
 * first byte of a mail an attempt is committed, in a transaction that asks consent and protocol again; after the last one the
 * outcome is. In between, this replica holds a lease and writes nothing beyond it.
 */
@Injectable()
export class DeliverDisclosure {
  /** Of this process: says whose an open attempt is. */
  private readonly owner = newId();

  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Database) private readonly database: Database,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(DeliveryArchives) private readonly archives: DeliveryArchives,
    @Inject(ArchiveSigner) private readonly signer: ArchiveSigner,
    @Inject(SmtpSender) private readonly sender: SmtpSender,
    @Inject(StopDelivery) private readonly stop: StopDelivery,
    @Inject(EndAttempt) private readonly endAttempt: EndAttempt,
    @Inject(DeliverToInbox) private readonly inbox: DeliverToInbox,
    @Inject(DeliverySettings) private readonly settings: DeliverySettings,
  ) {}

  async execute(disclosureId: string): Promise<void> {
    const [row] = await this.database.query<DisclosureRow>(selectDisclosure(disclosureId));
    const model = row && (await this.modelOf(row));
    if (!model) return;
    const route = model.routes.find(({ id }) => id === row.route_id);
    if (route?.kind === 'inboxApi') return this.inbox.execute(disclosureId, route);
    const archive = await this.archives.obtain(row, model);
    if (!archive) return this.endLost(disclosureId);
    const attempt = await this.start(row, archive);
    if (!attempt) return;
    const outcome = await this.send(row, { model, to: route?.address }, archive, attempt.lease);
    await this.endAttempt.execute({
      attemptId: attempt.id,
      disclosureId,
      outcome,
      archiveBytes: archive.archive.length,
    });
  }

  private async modelOf(row: DisclosureRow): Promise<ProtocolModel | undefined> {
    const protocol = await this.outbox.transaction([], (tx) => this.facts.protocol(tx, row.protocol_id));
    return protocol?.facts.versions.find(({ version }) => version === row.protocol_version)?.model;
  }

  /** Values that a restored database does not have any more can never leave: said, and not tried for ever. */
  private async endLost(id: string): Promise<void> {
    await this.outbox.transaction([id], async (tx) => {
      const [delivery] = await tx.query<DeliveryRow>(selectDelivery(id));
      const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
      if (delivery?.state !== 'due' || (await this.archives.exists(tx, row!))) return;
      await this.stop.end(tx, row!, { code: 'VALUES_LOST' }, delivery.context as CommandContext);
    });
  }

  /** Null when there is nothing to send any more, or not now. */
  private async start(row: DisclosureRow, archive: DeliveryArchive): Promise<Attempt | null> {
    const attempt = { id: newId(), lease: Lease.lasting(this.settings.leaseMs) };
    const started = await this.outbox.transaction([row.id], (tx) => this.begin(tx, row.id, archive, attempt.id));
    return started ? attempt : null;
  }

  private async begin(tx: WriteTransaction, id: string, archive: DeliveryArchive, attemptId: string): Promise<boolean> {
    const [delivery] = await tx.query<DeliveryRow>(selectDelivery(id));
    if (delivery?.state !== 'due') return false;
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
    const stop = await this.stop.ask(tx, row!);
    if (stop === 'blocked') {
      await tx.query(dueAgain(id, BLOCKED_RETRY_MS, false));
      return false;
    }
    if (stop) {
      await this.stop.apply(tx, row!, stop, delivery.context as CommandContext);
      return false;
    }
    if (!(await this.archives.isStill(tx, row!, archive))) {
      await tx.query(dueAgain(id, 0, false));
      return false;
    }
    await this.archives.keep(tx, row!, archive);
    const { digest, fileName } = archive;
    await tx.query(markDelivering(id, { digest, bytes: archive.archive.length, fileName }));
    await tx.query(startSending(id));
    await tx.query(insertAttempt(attemptId, id, this.owner, this.settings.leaseMs));
    return true;
  }

  private async send(
    row: DisclosureRow,
    { model, to }: { model: ProtocolModel; to: string | null | undefined },
    archive: DeliveryArchive,
    lease: Lease,
  ): Promise<SendOutcome> {
    if (!to) return { kind: 'refused', reason: 'the route has no mailbox' };
    const mail = await composeDisclosureMail({
      disclosureId: row.id,
      from: this.settings.mailFrom,
      to,
      language: model.language,
      date: row.requested_at.getTime(),
      fileName: archive.fileName,
      archive: archive.archive,
      signature: this.signer.sign(archive.archive),
    });
    return this.sender.send(mail, lease);
  }
}
