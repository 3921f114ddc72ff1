/**
 * How V8 is to keep the heap of a service. Under load most of what it makes lives as long as a batch: longer than the young
 * generation, shorter than anything. Left to itself V8 lets the old generation of 45 MB grow by a quarter before it marks all
 * of it again, three times a second, in threads that share the processors with PostgreSQL and the broker; and it makes the
 * young generation so large (64 MB) that this does not show as memory. The image has the same in its entry point.
 */
export const NODE_FLAGS = ['--heap-growing-percent=200', '--max-semi-space-size=24'];
