/** For tests only: an intake whose disk answers when the test says so, happenings that are only counted, a real Mosquitto. */
import type { Intake } from '../../../services/journal/index.ts';
import type { RawMessage } from '../../../services/model/index.ts';
import { type MqttHappenings, mqttHappenings } from '../happenings.ts';

export { type Mosquitto, mosquitto } from './mosquitto.ts';

type Done = (error: Error | null) => void;

export interface HeldIntake extends Intake {
  /** What was given, in order. */
  readonly messages: RawMessage[];
  /** Answers that are owed. */
  readonly owed: Done[];
  /** From now on answers come at once; those owed are given. */
  release(error?: Error | null): void;
}

/** `held`: answers wait for `release`. */
export function testIntake(held = false): HeldIntake {
  const messages: RawMessage[] = [];
  const owed: Done[] = [];
  let waiting = held;
  return {
    messages,
    owed,
    accept(message, done) {
      // A copy: what a door hands over may be a view of its read buffer.
      messages.push({ ...message, body: Buffer.from(message.body) });
      if (waiting) owed.push(done);
      else setImmediate(done, null);
    },
    release(error = null) {
      waiting = false;
      for (const done of owed.splice(0)) done(error);
    },
  };
}

export interface CountedHappenings {
  readonly happenings: MqttHappenings;
  /** `<metric> <label values>` ▸ how often. */
  readonly counts: Map<string, number>;
}

export function countedHappenings(): CountedHappenings {
  const counts = new Map<string, number>();
  const happenings = mqttHappenings({
    happening: (spec) => (labels) => {
      const key = [spec.metric, ...Object.values(labels)].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  });
  return { happenings, counts };
}

/** Polls until the condition holds; fails with its name after the deadline. */
export async function until(what: string, condition: () => boolean, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`in vain waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
