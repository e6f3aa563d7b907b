import {
  backOff,
  type CityThing,
  DEFAULTS,
  type Hub,
  type HubConfig,
  type LiveState,
  LiveValues,
} from '../data/index.ts';
import { City, DEFAULT_RULES, type Rules } from '../state/index.ts';

/** Tells the page what has changed. */
export interface SessionEvents {
  /** Configuration, catalogue, connection or failure. */
  state(): void;
  /** These Things have new values. */
  values(things: ReadonlySet<number>): void;
}

/** The whole catalogue is loaded again at most so often, milliseconds. */
const RELOAD_AFTER = 15_000;
/** … and after a random part of this, milliseconds: a thousand open pages must not ask in the same moment. */
const RELOAD_SPREAD = 3000;
/** News are taken up together after this, milliseconds, … */
const FOLLOW_AFTER = 250;
/** … plus a random part of this. */
const FOLLOW_SPREAD = 500;
/** Beyond so many Things the whole catalogue is loaded. */
const MOST_THINGS = 500;
/** The levels of some hours ago are asked for again after this, milliseconds. */
const BASELINE_AFTER = 10 * 60_000;

/** One visit: loads configuration and catalogue, follows the live values, tries again for as long as it takes. */
export class Session {
  readonly #hub: Hub;
  readonly #events: SessionEvents;
  readonly #live: LiveValues;
  #stopped = false;
  #following = false;
  /** Datastreams that are gone, Things that look different: not taken up yet. */
  #gone = new Set<number>();
  #changed = new Set<number>();
  /** When the whole catalogue is wanted; null: it is not. */
  #reloadAt: number | null = null;
  #reloaded = 0;
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
        latest: (values, none) => this.#took(this.city?.correct(values, none) ?? new Set()),
        gone: (datastreams) => {
          for (const id of datastreams) this.#gone.add(id);
          void this.#follow();
        },
        changed: (things) => {
          for (const id of things ?? []) this.#changed.add(id);
          if (things === null) this.#wantAll();
          void this.#follow();
        },
        state: (state) => {
          // What happened to the catalogue meanwhile, nobody has told.
          if (state === 'live' && this.live === 'reconnecting') {
            this.#wantAll();
            void this.#follow();
          }
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
    if (this.city !== null && this.city.strangers > 0) void this.#follow();
  }

  #wantAll(): void {
    this.#reloadAt ??= Math.max(Date.now() + Math.random() * RELOAD_SPREAD, this.#reloaded + RELOAD_AFTER);
  }

  /** Takes up what happened to the catalogue, again and again until nothing is left: the map needs no reload of the page. */
  async #follow(): Promise<void> {
    if (this.#following || this.city === null) return;
    this.#following = true;
    do {
      await this.#wait(FOLLOW_AFTER + Math.random() * FOLLOW_SPREAD);
      if (this.#stopped) return;
      await this.#takeUp();
      // Values of Datastreams that nobody has told of: told by an older hub, or before this page listened.
      if (this.city.strangers > 0) this.#wantAll();
      if (this.#reloadAt !== null && Date.now() >= this.#reloadAt) await this.#reload();
    } while (this.#gone.size > 0 || this.#changed.size > 0 || this.#reloadAt !== null);
    this.#following = false;
  }

  async #takeUp(): Promise<void> {
    const [gone, changed] = [this.#gone, this.#changed];
    if (gone.size + changed.size === 0) return;
    this.#gone = new Set();
    this.#changed = new Set();
    let things: CityThing[] = [];
    if (changed.size > MOST_THINGS) this.#wantAll();
    else if (changed.size > 0) {
      const found = await this.#hub.thingsOf([...changed]).catch(() => null);
      if (found === null) this.#wantAll();
      else things = found;
    }
    if (this.city === null || this.#stopped) return;
    const asked = this.#reloadAt === null ? changed : things.map(({ id }) => id);
    this.#show(this.city.followed(things, asked, gone));
  }

  async #reload(): Promise<void> {
    this.#reloadAt = null;
    this.#reloaded = Date.now();
    const things = await this.#hub.things().catch(() => null);
    if (this.city === null || this.#stopped) return;
    if (things === null) {
      this.#wantAll();
      return;
    }
    const city = new City(things);
    city.adopt(this.city);
    this.#show(city);
  }

  #show(city: City): void {
    const before = this.city;
    this.city = city;
    this.#events.state();
    // Asks for a snapshot: the values that the old catalogue could not place.
    if ([...city.streams.keys()].some((id) => !before?.streams.has(id))) this.#live.refresh();
  }

  async #loadBaseline(): Promise<void> {
    const since = Date.now() - this.rules.levelWindow;
    const found = await this.#hub.baseline('water', since).catch(() => null);
    if (found === null) return;
    this.baseline = found;
    this.#events.state();
  }
}
