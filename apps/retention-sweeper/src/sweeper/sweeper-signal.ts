import { Injectable } from '@nestjs/common';
import { Signal } from '@convenant/platform';

/** Wakes the sweeper of this process. */
@Injectable()
export class SweeperSignal extends Signal {}
