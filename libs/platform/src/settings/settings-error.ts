/** One setting that is missing or wrong. `detail` says what would be right and never repeats the value. */
export interface SettingFault {
  name: string;
  detail: string;
}

/** The environment does not describe a service that can start; carries every fault, not only the first. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly SettingFault[]) {
    super(faults.map((fault) => `${fault.name}: ${fault.detail}`).join('\n'));
    this.name = 'SettingsError';
  }
}
