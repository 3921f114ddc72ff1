/** Written first, so that the headers go out before there is anything to tell; a reader that is cut off waits 2 s. */
export const OPENING = 'retry: 2000\n: the trail follows\n\n';

/** A comment: keeps the connection open, and shows a broken one. */
export const HEARTBEAT = ': still here\n\n';

/** One event. JSON has no raw line break, so its text is one `data` line. */
export function serverSentEvent(event: { id?: string; event: string; data: unknown }): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return `${id}event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`;
}
