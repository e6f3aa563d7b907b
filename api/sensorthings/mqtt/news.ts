/**
 * What happens in the hub ▸ messages on topics. It waits in a queue and is told in short slices, in its order: neither a
 * reading nor an import ever waits for its listeners. Without topics nothing is looked at.
 */
import { type LiveObservation, SET_NAMES, type SetName } from '../../../services/model/index.ts';
import type { ChangeNews } from '../../../services/registry/index.ts';
import type { TopicPorts } from './ports.ts';
import { type Put, Round, type Tell } from './round.ts';
import { mayBeWanted } from './row-topics.ts';
import type { Listening, TopicIndex } from './topic-index.ts';

/** Longest time with one view of the catalogue, milliseconds: what is told must know what was changed. */
const ROUND = 50;

type Happening = LiveObservation | Put;

export class News {
  readonly #ports: TopicPorts;
  readonly #index: TopicIndex;
  readonly #tell: Tell;
  #queue: Happening[] = [];
  #at = 0;
  #telling = false;
  #leaveBus: (() => void) | null = null;
  #leaveChanges: (() => void) | null = null;

  constructor(ports: TopicPorts, index: TopicIndex, tell: Tell) {
    this.#ports = ports;
    this.#index = index;
    this.#tell = tell;
  }

  /** A topic has come. */
  joined(listening: Listening): void {
    this.#attend();
    if (listening.topic.property !== null) this.#round().remember(listening);
  }

  /** A topic has gone. */
  left(): void {
    this.#attend();
  }

  /** Listens to what somebody wants to know, and to nothing else: the bus costs nothing while nobody listens. */
  #attend(): void {
    const { bus, changes } = this.#ports;
    const rows = this.#index.of('Observations').length > 0;
    if (rows && this.#leaveBus === null) this.#leaveBus = bus.subscribe((observations) => this.#observed(observations));
    if (!rows) {
      this.#leaveBus?.();
      this.#leaveBus = null;
    }
    if (this.#index.size > 0) this.#leaveChanges ??= changes.onDurable((news) => this.#changed(news));
    else {
      this.#leaveChanges?.();
      this.#leaveChanges = null;
    }
  }

  #observed(observations: readonly LiveObservation[]): void {
    const wanted = observations.filter(({ datastream }) => mayBeWanted(this.#index, datastream));
    this.#add(wanted);
  }

  #changed({ puts, replaced }: ChangeNews): void {
    const moved = new Map<number, readonly number[]>();
    const places = new Set<number>();
    for (const [set, entity] of puts) {
      if (set === 'HistoricalLocations') moved.set(entity.thing, entity.locations);
      if (set === 'Locations') places.add(entity.id);
    }
    const before = new Map<string, Map<unknown, object>>(SET_NAMES.map((set) => [set, new Map()]));
    for (const [set, entity] of replaced) if (set !== 'Devices') before.get(set)?.set(entity.id, entity);
    const wanted: Put[] = [];
    for (const [set, entity] of puts) {
      if (set === 'Organisations' || set === 'Devices') continue;
      // a Location that was changed itself is told anyway
      const movedTo =
        set === 'Things' ? (moved.get(entity.id) ?? []).filter((id) => isNow(entity.locations, id, places)) : [];
      if (this.#isTold(set) || (movedTo.length > 0 && this.#isTold('Locations')))
        wanted.push({ set, entity, before: before.get(set)?.get(entity.id), movedTo });
    }
    this.#add(wanted);
  }

  #isTold(set: SetName): boolean {
    return this.#index.of(set).length > 0;
  }

  #add(happenings: readonly Happening[]): void {
    if (happenings.length === 0) return;
    const room = this.#ports.contexts.options.topicQueue - (this.#queue.length - this.#at);
    const taken = happenings.length > room ? happenings.slice(0, Math.max(0, room)) : happenings;
    if (taken.length < happenings.length) this.#ports.events?.dropped?.(happenings.length - taken.length);
    for (const happening of taken) this.#queue.push(happening);
    if (!this.#telling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#telling = true;
    while (this.#at < this.#queue.length) {
      try {
        await this.#slice();
      } catch (error) {
        // the one that failed is behind us
        this.#ports.events?.failed?.(error);
      }
      if (this.#at < 1000 && this.#at < this.#queue.length) continue;
      this.#queue = this.#queue.slice(this.#at);
      this.#at = 0;
    }
    this.#telling = false;
  }

  async #slice(): Promise<void> {
    const pace = this.#ports.contexts.pace();
    await pace.breathe();
    const round = this.#round(pace);
    const end = performance.now() + ROUND;
    while (this.#at < this.#queue.length && !pace.due() && performance.now() < end) {
      const happening = this.#queue[this.#at++]!;
      if ('datastream' in happening) round.row(happening);
      else await round.put(happening);
    }
  }

  #round(pace = this.#ports.contexts.pace()): Round {
    const { contexts, audience, root } = this.#ports;
    return new Round(this.#index, contexts.of(audience(), pace), root(), this.#tell);
  }
}

function isNow(locations: readonly number[], id: number, told: ReadonlySet<number>): boolean {
  return locations.includes(id) && !told.has(id);
}
