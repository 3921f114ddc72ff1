import type { FactService } from '@convenant/contracts';

/** The services that read or write facts: those with an outbox, and the trail, which has none. */
export type MessagingService = FactService | 'audit';

/** How to reach the brokers. SASL is SCRAM-SHA-512; TLS with the system's authorities or with `ca` (PEM). */
export interface KafkaSettings {
  brokers: string[];
  sasl?: { username: string; password: string };
  tls?: boolean | { ca?: string };
}

/** Which installation and service this process speaks for. Topics, group and `source` carry the installation's name. */
export interface MessagingSettings {
  installation: string;
  service: MessagingService;
  kafka: KafkaSettings;
}

/** DI token of `MessagingSettings`. */
export const MESSAGING_SETTINGS = Symbol('MESSAGING_SETTINGS');

/** DI token of the kernel's `Clock`: the legal time, which tests and the sandbox move. */
export const CLOCK = Symbol('CLOCK');
