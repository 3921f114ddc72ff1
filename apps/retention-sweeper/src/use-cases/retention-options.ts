/** The settings that use cases need; periods are ISO 8601. */
export class RetentionOptions {
  constructor(
    readonly erasureHorizon: string,
    readonly purgeEvery: string,
    readonly sweepEveryMs: number,
  ) {}
}
