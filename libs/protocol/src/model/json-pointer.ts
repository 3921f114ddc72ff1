/** The steps of a JSON Pointer (RFC 6901). */
export function pointerSteps(pointer: string): string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a pointer, or undefined where nothing stands. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value: unknown = root;
  for (const step of pointerSteps(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** A copy of `root` with the value at an existing pointer replaced; what lies beside the path is shared. */
export function withValueAt<T>(root: T, pointer: string, value: unknown): T {
  return replace(root, pointerSteps(pointer), value) as T;
}

function replace(node: unknown, steps: readonly string[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) {
    throw new RangeError(`Nothing stands at ${step}`);
  }
  const copy: Record<string, unknown> = Array.isArray(node) ? ([...node] as never) : { ...node };
  copy[step] = replace(copy[step], rest, value);
  return copy;
}
