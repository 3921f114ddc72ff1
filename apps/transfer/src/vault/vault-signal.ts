import { Injectable } from '@nestjs/common';
import { Signal } from '@convenant/platform';

/** Says that there is work on keys or on what a hold had kept, so that it is done at once and not at the next look. */
@Injectable()
export class VaultSignal extends Signal {}
