import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { Partitioners } from 'kafkajs';
import { partitionFor } from './murmur2.js';
import { quietIdleTimers } from './kafkajs-idle-timers.js';

describe('partitionFor', () => {
  it('agrees with the default partitioner of Kafka clients for keys of every length and byte', () => {
    const reference = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 6 }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 1,
      replicas: [],
      isr: [],
    }));
    for (let length = 0; length < 300; length += 1) {
      const key = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + length * 101) % 256));
      const expected = reference({ topic: 't', partitionMetadata, message: { key, value: '' } });
      expect([length, partitionFor(key, 6)]).toEqual([length, expected]);
    }
  });

  it('hashes text as the bytes it is', () => {
    for (const key of ['', 'a', 'abcd', newId(), 'éééé', 'abc€', '😀😀', '\ud800abc', 'x'.repeat(401)]) {
      expect([key, partitionFor(key, 6)]).toEqual([key, partitionFor(Buffer.from(key, 'utf8'), 6)]);
    }
  });
});

describe('quietIdleTimers', () => {
  quietIdleTimers();
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (options: object) => {
    pending: unknown[];
    throttleCheckTimeoutId: unknown;
    scheduleCheckPendingRequests(): void;
    destroy(): void;
  };
  const queue = () =>
    new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1, clientId: 'c', broker: 'b', logger: {} });

  it('arms no timer while no request waits', () => {
    const idle = queue();
    idle.scheduleCheckPendingRequests();
    expect(idle.throttleCheckTimeoutId).toBeNull();
  });

  it('arms one while a request waits', () => {
    const busy = queue();
    busy.pending.push({});
    busy.scheduleCheckPendingRequests();
    expect(busy.throttleCheckTimeoutId).not.toBeNull();
    busy.destroy();
  });
});
