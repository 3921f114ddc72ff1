import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DueWork } from '@convenant/platform';
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
  private readonly work: DueWork<MailRow>;

  constructor(
    @Inject(Database) database: Database,
    @Inject(MailSignal) signal: MailSignal,
    @Inject(SendNoticeMail) send: SendNoticeMail,
    @Inject(EscalateNotices) escalate: EscalateNotices,
    @Inject(MailSettings) settings: MailSettings,
  ) {
    this.work = new DueWork({
      signal,
      atOnce: PARALLEL,
      lookEveryMs: LOOK_EVERY_MS,
      // The claim outlasts the sending: when it is over, no byte of this replica is under way any more.
      take: (free) => database.query<MailRow>(claimDueMails(free, 2 * settings.leaseMs)),
      one: (mail) => send.execute(mail),
      failed: async ({ id }, error) => {
        this.logger.error({ msg: 'a notice failed and is tried again', mailId: id, error });
        await database.query(postponeMail(id, POSTPONE_MS, 'internal'));
      },
      waits: (error) => this.logger.error({ msg: 'breach notices wait', error }),
      beside: { everyMs: ESCALATE_EVERY_MS, run: () => escalate.execute() },
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.work.stop();
  }
}
