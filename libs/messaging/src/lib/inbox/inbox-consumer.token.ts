/** DI token of the inbox's `BusConsumer`. */
export const INBOX_CONSUMER = Symbol('INBOX_CONSUMER');
