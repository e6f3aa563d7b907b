/**
 * What waits for all clients together. Messages are shared by those who get them and count once: a thousand dashboards that come
 * back after a restart hold one snapshot of the city, a thousand with a filter each hold a thousand.
 */

/** Somebody who holds messages until they have left. */
export interface Holder {
  /** They are about to go out. Returns what to call when they have left. */
  hold(message: Buffer): () => void;
  /** The client is gone, and so is what waited for it. */
  drop(): void;
}

export interface UnsentPorts {
  readonly limit: number;
  /** The first way to make room: snapshots kept for those who come next. */
  forgetShared(): void;
}

export class Unsent {
  /** Bytes. */
  total = 0;
  readonly #ports: UnsentPorts;
  /** Message ▸ how many hold it. */
  readonly #holders = new Map<Buffer, number>();
  readonly #clients = new Map<Holder, { readonly held: Set<Buffer>; cut(): void }>();
  #crowded = false;

  constructor(ports: UnsentPorts) {
    this.#ports = ports;
  }

  /** `cut` is called where there is no room for what it holds: with those who hold the most it begins. Left out: never. */
  holder(cut?: () => void): Holder {
    const held = new Set<Buffer>();
    let gone = false;
    const holder: Holder = {
      hold: (message) => {
        // twice the same under way is one in memory
        if (gone || held.has(message)) return () => {};
        held.add(message);
        this.#take(message);
        return () => {
          if (held.delete(message)) this.#give(message);
        };
      },
      drop: () => {
        gone = true;
        this.#clients.delete(holder);
        for (const message of held) this.#give(message);
        held.clear();
      },
    };
    if (cut !== undefined) this.#clients.set(holder, { held, cut });
    return holder;
  }

  #take(message: Buffer): void {
    const many = this.#holders.get(message) ?? 0;
    this.#holders.set(message, many + 1);
    if (many > 0) return;
    this.total += message.length;
    if (this.total <= this.#ports.limit || this.#crowded) return;
    this.#crowded = true;
    setImmediate(() => this.#makeRoom());
  }

  #give(message: Buffer): void {
    const left = (this.#holders.get(message) ?? 0) - 1;
    if (left > 0) this.#holders.set(message, left);
    else if (this.#holders.delete(message)) this.total -= message.length;
  }

  #makeRoom(): void {
    this.#crowded = false;
    const { limit, forgetShared } = this.#ports;
    if (this.total > limit) forgetShared();
    if (this.total <= limit) return;
    const most = [...this.#clients.entries()]
      .map(([holder, { held, cut }]) => ({ holder, cut, bytes: this.#share(held) }))
      .sort((a, b) => b.bytes - a.bytes);
    for (const { holder, cut } of most) {
      if (this.total <= limit) return;
      cut();
      holder.drop();
    }
  }

  /** Of what is shared everybody has his part. */
  #share(held: Set<Buffer>): number {
    let bytes = 0;
    for (const message of held) bytes += message.length / (this.#holders.get(message) ?? 1);
    return bytes;
  }
}
