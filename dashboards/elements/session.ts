import { backOff, DEFAULTS, type Hub, type HubConfig, type LiveState, LiveValues } from '../data/index.ts';
import { City, DEFAULT_RULES, type Rules } from '../state/index.ts';

/** Tells the page what has changed. */
export interface SessionEvents {
  /** Configuration, catalogue, connection or failure. */
  state(): void;
  /** These Things have new values. */
  values(things: ReadonlySet<number>): void;
}

/** The catalogue is loaded again at most so often, milliseconds: when values come from Datastreams that it lacks. */
const RELOAD_AFTER = 15_000;
/** The levels of some hours ago are asked for again after this, milliseconds. */
const BASELINE_AFTER = 10 * 60_000;

/** One visit: loads configuration and catalogue, follows the live values, tries again for as long as it takes. */
export class Session {
  readonly #hub: Hub;
  readonly #events: SessionEvents;
  readonly #live: LiveValues;
  #stopped = false;
  #reloading = false;
  #wake: () => void = () => {};
  #timer: ReturnType<typeof setInterval> | undefined;

  config: HubConfig | null = null;
  city: City | null = null;
  live: LiveState = 'stopped';
  /** The catalogue could not be loaded; another attempt is under way. */
  failed = false;
  /** A snapshot of all values has arrived. */
  settled = false;
  /** Level of each water Datastream at the start of the rules' window. */
  baseline: ReadonlyMap<number, unknown> = new Map();

  constructor(hub: Hub, events: SessionEvents) {
    this.#hub = hub;
    this.#events = events;
    this.#live = new LiveValues(
      hub.live,
      {
        snapshot: (values) => {
          this.settled = true;
          this.#took(this.city?.snapshot(values) ?? new Set());
        },
        observations: (values) => this.#took(this.city?.observe(values) ?? new Set()),
        state: (state) => {
          this.live = state;
          this.#events.state();
        },
      },
      DEFAULTS,
    );
  }

  get rules(): Rules {
    const hours = this.config?.unknownAfterHours;
    return hours == null ? DEFAULT_RULES : { ...DEFAULT_RULES, unknownAfter: hours * 3_600_000 };
  }

  async start(): Promise<void> {
    this.config = await this.#persist(() => this.#hub.config());
    this.#events.state();
    const things = await this.#persist(() => this.#hub.things());
    if (things === null) return;
    this.city = new City(things);
    this.#events.state();
    this.#live.start();
    void this.#loadBaseline();
    this.#timer = setInterval(() => void this.#loadBaseline(), BASELINE_AFTER);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#wake();
    this.#live.stop();
  }

  /** Try at once instead of at the end of the wait. */
  hurry(): void {
    this.#wake();
    this.#live.hurry();
  }

  /** Again and again until it works; null: stopped. */
  async #persist<T>(attempt: () => Promise<T>): Promise<T | null> {
    for (let failures = 0; !this.#stopped; failures++) {
      try {
        const result = await attempt();
        this.failed = false;
        return result;
      } catch {
        this.failed = true;
        this.#events.state();
        await this.#wait(backOff(failures, DEFAULTS.backOffFirst, DEFAULTS.backOffMost, Math.random));
      }
    }
    return null;
  }

  #wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #took(things: ReadonlySet<number>): void {
    this.#events.values(things);
    if (this.city !== null && this.city.strangers > 0 && !this.#reloading) void this.#reload();
  }

  /** Somebody has registered a device: its Thing comes onto the map without a reload of the page. */
  async #reload(): Promise<void> {
    this.#reloading = true;
    const things = await this.#hub.things().catch(() => null);
    if (things !== null && this.city !== null && !this.#stopped) {
      const city = new City(things);
      city.adopt(this.city);
      this.city = city;
      this.#events.state();
      // Asks for a snapshot: the values that the old catalogue could not place.
      this.#live.refresh();
    }
    await this.#wait(RELOAD_AFTER);
    this.#reloading = false;
  }

  async #loadBaseline(): Promise<void> {
    const since = Date.now() - this.rules.levelWindow;
    const found = await this.#hub.baseline('water', since).catch(() => null);
    if (found === null) return;
    this.baseline = found;
    this.#events.state();
  }
}
