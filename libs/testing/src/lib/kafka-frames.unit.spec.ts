import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiKeyOf, correlationIdOfRequest, KafkaFrames } from './kafka-frames.js';

const frame = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
};

it('gives the same frames however the bytes are cut', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 8, maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(bodies, fc.integer({ min: 1, max: 17 }), (contents, size) => {
      const frames = contents.map(frame);
      const all = Buffer.concat(frames);
      const cutter = new KafkaFrames();
      const found: Buffer[] = [];
      for (let at = 0; at < all.length; at += size) found.push(...cutter.push(all.subarray(at, at + size)));
      expect(found.map((one) => one.toString('hex'))).toEqual(frames.map((one) => one.toString('hex')));
    }),
  );
});

it('reads api key and correlation id of a request', () => {
  const request = frame(Buffer.from([0, 18, 0, 3, 0, 0, 1, 2]));
  expect([apiKeyOf(request), correlationIdOfRequest(request)]).toEqual([18, 258]);
});
