import { Injectable } from '@nestjs/common';
import { Signal } from '@convenant/platform';

/** Wakes whoever looks at publications in this process. */
@Injectable()
export class PublicationSignal extends Signal {}
