import { accepted } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';

/** Notices that are recorded one by one, each once the one before is seen. */
const QUIET_NOTICES = 50;

/** Both data protection officers have followed the trail live since the agreement was drafted. */
export async function live(story: Story): Promise<void> {
  const { facts } = story;
  const { sender, receiver } = facts.live;

  await story.step({ who: 'Both DPOs', what: 'have followed the trail live, and lose their connections' }, async () => {
    const before = sender.entries.length;
    const recorded = [await notice(story), await notice(story)];
    await sender.until('the first notice', (entries) => sees(entries, recorded[0]!));
    await Promise.all([sender.cutAndResume(), receiver.cutAndResume(), notice(story).then((id) => recorded.push(id))]);
    recorded.push(await notice(story));
    await sender.until('every notice', (entries) => recorded.every((id) => sees(entries, id)));
    for (const { entries } of [sender, receiver]) {
      const positions = entries.map(({ position }) => position);
      expectSame('Entries that came twice', positions.length - new Set(positions).size, 0);
    }
    expectThat(sender.entries.length >= before + recorded.length, 'Entries are missing in the stream');
    return `${sender.entries.length} entries to the sender, ${receiver.entries.length} to the receiver; resumed behind the last id (Last-Event-ID), none lost, none twice`;
  });

  await story.step(
    { who: 'The DPO of the sender', what: `sees ${QUIET_NOTICES} notices appear, one at a time` },
    async () => {
      const { offsetMs } = accepted<{ offsetMs: number }>(await story.client.sandbox('GET', 'clock'), 'The clock', 200);
      const latencies: number[] = [];
      for (let count = 0; count < QUIET_NOTICES; count += 1) {
        const id = await notice(story);
        await sender.until('the notice', (entries) => sees(entries, id));
        const index = sender.entries.findLastIndex(({ data }) => data['noticeId'] === id);
        // The services keep the legal time, arrivals the real one.
        const committedAt = Date.parse(sender.entries[index]!.recordedTime) - offsetMs;
        latencies.push(sender.arrivals[index]! - committedAt);
      }
      latencies.sort((a, b) => a - b);
      const at = (share: number) => latencies[Math.ceil(share * latencies.length) - 1]!;
      story.timings['commitToVisibleP50Ms'] = at(0.5);
      story.timings['commitToVisibleP99Ms'] = at(0.99);
      return `from the commit to the reader: median ${at(0.5)} ms, 99 of 100 within ${at(0.99)} ms`;
    },
  );
}

/** A fact of its own that the sender sees. @returns its id */
async function notice(story: Story): Promise<string> {
  const { client, facts } = story;
  const request = story.noticeRequest(facts.subjectRef);
  return accepted<{ id: string }>(await client.command('og-team', '/consent/v1/notices', request), 'The notice').id;
}

function sees(entries: readonly { data: Record<string, unknown> }[], noticeId: string): boolean {
  return entries.some(({ data }) => data['noticeId'] === noticeId);
}
