/** As superuser; see the implementation. */
export function makeKafkaPrincipal(options: {
  kafka: { brokers: string[]; sasl: { username: string; password: string }; tls?: boolean };
  name: string;
  /** 12 or more letters, digits, `-` and `_`. */
  password: string;
}): Promise<void>;
