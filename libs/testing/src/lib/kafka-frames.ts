/**
 * Cuts a Kafka connection's bytes into whole frames, each with its 4-byte length in front. Keeps what is incomplete
 * until the rest arrives.
 */
export class KafkaFrames {
  private pending = Buffer.alloc(0);

  push(bytes: Buffer): Buffer[] {
    this.pending = Buffer.concat([this.pending, bytes]);
    const frames: Buffer[] = [];
    while (this.pending.length >= 4) {
      const length = 4 + this.pending.readInt32BE(0);
      if (this.pending.length < length) break;
      frames.push(this.pending.subarray(0, length));
      this.pending = this.pending.subarray(length);
    }
    return frames;
  }
}

/** Request frame: length, api key, api version, correlation id. */
export const apiKeyOf = (frame: Buffer): number => frame.readInt16BE(4);
export const correlationIdOfRequest = (frame: Buffer): number => frame.readInt32BE(8);
/** Response frame: length, correlation id. */
export const correlationIdOfResponse = (frame: Buffer): number => frame.readInt32BE(4);
