/** When records were received that are not stored yet: a few of them, so that a long outage takes no memory. */

interface Sample {
  readonly record: number;
  readonly at: number;
}

/** Beyond this many every other one is forgotten. */
const MOST = 1000;

export class Ages {
  /** Ascending. */
  private samples: Sample[] = [];
  /** Records between two samples at least. */
  private distance = 1;

  /** `record` was received `at`, milliseconds since 1970. */
  note(record: number, at: number): void {
    // mostly the last one; a journal that is read again brings those between
    const before = this.samples.findLastIndex((sample) => sample.record <= record);
    const last = this.samples[before];
    if (last !== undefined && record < last.record + this.distance) return;
    this.samples.splice(before + 1, 0, { record, at });
    if (this.samples.length <= MOST) return;
    this.samples = this.samples.filter((_, i) => i % 2 === 0);
    this.distance *= 2;
  }

  /** Receipt of the first known record behind this one; null: none waits. */
  behind(stored: number): number | null {
    let gone = 0;
    while (gone < this.samples.length && (this.samples[gone] as Sample).record <= stored) gone++;
    if (gone > 0) this.samples.splice(0, gone);
    if (this.samples.length === 0) this.distance = 1;
    return this.samples[0]?.at ?? null;
  }
}
