import { readFileSync } from 'node:fs';

/**
 * The end of a log file, for the message of an error.
 * @param {string} file
 * @param {number} [lines]
 * @returns {string}
 */
export function logTail(file, lines = 15) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
