import { Injectable } from '@nestjs/common';
import { Signal } from '@convenant/platform';

/** Says that a mail may be due, so that it leaves at once and not at the next look. */
@Injectable()
export class MailSignal extends Signal {}
