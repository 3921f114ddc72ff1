import type { SubjectFacts } from './disclosure.types.js';
import type { RefusalCode } from './refusal-codes.js';

/**
 * The code under which a person has stopped what is disclosed about them, or null. A restriction outweighs an objection: it
 * freezes what was disclosed before, too.
 *
 * @see GDPR Art. 18(2), 21(1)
 */
export function subjectStop(subject: SubjectFacts | undefined): RefusalCode | null {
  if (subject === undefined) return null;
  if (subject.restricted) return 'RESTRICTED';
  if (subject.objection === null) return null;
  return subject.objection === 'upheld' ? 'OBJECTION_UPHELD' : 'OBJECTION_PENDING';
}
