/**
 * Says what is being done: on a terminal one line per step, rewritten with its time when it is done; elsewhere plain
 * lines.
 * @typedef {{ step: <T>(title: string, work: () => Promise<T>) => Promise<T> }} Progress
 */

/**
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
export function progressOn(stream) {
  return {
    async step(title, work) {
      const began = performance.now();
      const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
      const redraw = () => stream.write(`\r  … ${title} ${seconds()}`);
      const timer = stream.isTTY ? setInterval(redraw, 200) : undefined;
      if (stream.isTTY) redraw();
      try {
        const result = await work();
        stream.write(stream.isTTY ? `\r\x1b[K  ✓ ${title} ${seconds()}\n` : `${title}: ${seconds()}\n`);
        return result;
      } catch (error) {
        stream.write(stream.isTTY ? `\r\x1b[K  ✗ ${title}\n` : `${title}: failed\n`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
