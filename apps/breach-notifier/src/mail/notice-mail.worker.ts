import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../db/database.js';
import { claimDueMails, postponeMail, type MailRow } from '../db/mail.statements.js';
import { EscalateNotices } from '../use-cases/escalate-notices.use-case.js';
import { SendNoticeMail } from '../use-cases/send-notice-mail.use-case.js';
import { MailSettings } from './mail-settings.js';
import { MailSignal } from './mail-signal.js';

/** Mails under way at once in this process. */
const PARALLEL = 4;
/** What another replica decided, or what became due again, is seen within this time. */
const LOOK_EVERY_MS = 250;
const ESCALATE_EVERY_MS = 1_000;
/** After a fault of our own: long enough not to spin, short enough to be prompt once it is repaired. */
const POSTPONE_MS = 5_000;

/**
 * Sends the mails that are due and escalates the notices that nobody acknowledged. Any number of replicas may run: a mail is
 * claimed by one, and what it leaves unfinished is free again after its claim. At least once, always with the same
 * Message-ID; its effect is recorded once.
 */
@Injectable()
export class NoticeMailWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('BreachNotices');
  private readonly underWay = new Set<Promise<void>>();
  private running = false;
  private loop: Promise<unknown> = Promise.resolve();
  private escalatedAt = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MailSignal) private readonly signal: MailSignal,
    @Inject(SendNoticeMail) private readonly send: SendNoticeMail,
    @Inject(EscalateNotices) private readonly escalate: EscalateNotices,
    @Inject(MailSettings) private readonly settings: MailSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.running = true;
    this.loop = this.run();
  }

  /** Takes nothing new and lets what is under way end. */
  async onModuleDestroy(): Promise<void> {
    this.running = false;
    this.signal.wake();
    await this.loop;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    while (this.running) {
      try {
        await this.escalateSometimes();
        const taken = await this.take();
        if (taken > 0 && this.underWay.size < PARALLEL) continue;
      } catch (error) {
        this.logger.error({ msg: 'breach notices wait', error });
      }
      await this.signal.sleep(LOOK_EVERY_MS);
    }
  }

  private async escalateSometimes(): Promise<void> {
    if (performance.now() - this.escalatedAt < ESCALATE_EVERY_MS) return;
    await this.escalate.execute();
    this.escalatedAt = performance.now();
  }

  private async take(): Promise<number> {
    const free = PARALLEL - this.underWay.size;
    if (free <= 0) return 0;
    // The claim outlasts the sending: when it is over, no byte of this replica is under way any more.
    const claimed = await this.database.query<MailRow>(claimDueMails(free, 2 * this.settings.leaseMs));
    for (const mail of claimed) {
      const work: Promise<void> = this.one(mail).finally(() => {
        this.underWay.delete(work);
        this.signal.wake();
      });
      this.underWay.add(work);
    }
    return claimed.length;
  }

  private async one(mail: MailRow): Promise<void> {
    try {
      await this.send.execute(mail);
    } catch (error) {
      this.logger.error({ msg: 'a notice failed and is tried again', mailId: mail.id, error });
      // The claim runs out by itself when this fails too.
      await this.database.query(postponeMail(mail.id, POSTPONE_MS, 'internal')).catch(() => undefined);
    }
  }
}
