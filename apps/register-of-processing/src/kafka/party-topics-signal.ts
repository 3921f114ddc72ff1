import { Injectable } from '@nestjs/common';
import { Signal } from '@convenant/platform';

/** Wakes whoever makes topics in this process. */
@Injectable()
export class PartyTopicsSignal extends Signal {}
