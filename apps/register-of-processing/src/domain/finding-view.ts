import type { FindingView } from '@convenant/contracts';
import type { Finding } from '@convenant/protocol';

/**
 * A finding as it is shown.
 *
 * @param locate where a JSON Pointer stands in the file, while there is a file
 */
export function findingView(
  finding: Finding & { readonly line?: number; readonly column?: number },
  locate?: (pointer: string) => { line: number; column: number },
): FindingView {
  const { code, severity, clause, pointer, source, text, todo, openPoint, decided, line, column } = finding;
  const place = line !== undefined && column !== undefined ? { line, column } : locate?.(pointer ?? '');
  return {
    code,
    severity,
    ...(clause === undefined ? {} : { clause }),
    source,
    text,
    todo,
    ...(pointer === undefined ? {} : { pointer }),
    ...place,
    ...(openPoint === undefined ? {} : { openPoint }),
    ...(decided === undefined
      ? {}
      : { decided: decided.map(({ decidedBy, capacity, decidedOn }) => ({ decidedBy, capacity, decidedOn })) }),
  };
}
