/** See the implementation. */
export function readByConsoleConsumer(options: {
  kafka: { brokers: string[]; sasl: { username: string; password: string } };
  topic: string;
  count: number;
}): Promise<string[]>;
