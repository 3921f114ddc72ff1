import { Injectable } from '@nestjs/common';
import { Signal } from '@convenant/platform';

/** Says that a delivery may be due, so that it leaves at once and not at the next look. */
@Injectable()
export class DeliverySignal extends Signal {}
