/**
 * Outlives its launcher and ends what that one left: `node watchdog.mjs <run record folder>`.
 *
 * The launcher holds the other end of this process's standard input and never writes. When it ends, however it ends
 * (kill -9 included), the pipe closes and whatever is still noted in the record is ended.
 */
import { sweep } from './run-record.mjs';

// A terminal that closes, or Ctrl-C in it, is the launcher's business.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});
process.stdin.on('end', () => void sweep(/** @type {string} */ (process.argv[2])));
process.stdin.on('error', () => void sweep(/** @type {string} */ (process.argv[2])));
process.stdin.resume();
