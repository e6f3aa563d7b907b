/** Puts the parts together: registers the city, sends the history, then lives. */
import { type Clock, systemClock } from '../../services/model/index.ts';
import { buildCity, importDocument } from './city/index.ts';
import { Control } from './control.ts';
import { hoursOfHistory } from './history.ts';
import { newestReading, register } from './hub.ts';
import { INCIDENTS, type IncidentName, isIncident } from './incidents.ts';
import { HOUR, localTime } from './local-time.ts';
import { type OptionsInput, options as schema } from './options.ts';
import { Sender, type SenderCounts } from './sender.ts';
import { World, type WorldCounts } from './world.ts';

export interface SimulationPorts {
  readonly clock?: Clock;
  /** One line for people. */
  readonly say?: (line: string) => void;
}

export interface SimulationStatus extends SenderCounts, WorldCounts {
  readonly simulation: true;
  readonly devices: number;
  readonly speed: number;
  /** The town hall's clock, HH:MM. */
  readonly cityTime: string;
  readonly incident: IncidentName | null;
}

export interface Simulation {
  /** Registers the devices and connects, then resolves; history and life go on behind. Throws an Error in one line. */
  start(): Promise<void>;
  /** Resolves when the history is sent and acknowledged. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
  /** false: the history is not sent yet, or another incident is on. */
  startIncident(name: IncidentName): boolean;
  status(): SimulationStatus;
  /** Address of the buttons; null: none. */
  readonly control: string | null;
}

/** How often the living city looks at the clock, milliseconds. */
const TICK = 50;

/** Throws a ZodError on wrong options. */
export function simulate(
  input: OptionsInput = {},
  { clock = systemClock, say = () => {} }: SimulationPorts = {},
): Simulation {
  const options = schema.parse(input);
  const city = buildCity(options.devices);
  const patience = options.patience * 1000;
  const hub = {
    url: options.hub.replace(/\/+$/, ''),
    token: options.token,
    patience,
    importDevices: options.importDevices,
  };
  const caughtUp = Promise.withResolvers<void>();
  let world: World | null = null;
  let sender: Sender | null = null;
  let control: Control | null = null;
  let address: string | null = null;
  let stopped = false;
  /** The history is sent. */
  let alive = false;
  let living: Promise<void> = Promise.resolve();
  let statusTimer: NodeJS.Timeout | null = null;

  async function sendUntil(time: number): Promise<void> {
    for (const message of world!.advance(time)) {
      if (stopped) return;
      await sender!.publish(message);
    }
  }

  async function live(start: number): Promise<void> {
    await sendUntil(start);
    await sender!.drained();
    caughtUp.resolve();
    if (stopped) return;
    alive = true;
    say(`history sent: ${sender!.counts.acknowledged} events acknowledged; now live, ×${options.speed}`);
    if (options.incident !== undefined && isIncident(options.incident)) startIncident(options.incident);
    while (!stopped) {
      await sendUntil(clock.now());
      await new Promise((resolve) => setTimeout(resolve, TICK));
    }
  }

  function startIncident(name: IncidentName): boolean {
    if (stopped || !alive || world === null || !world.startIncident(name, clock.now())) return false;
    say(`${INCIDENTS[name].title} (Simulation): the city's clock shows ${cityTime()} and runs ×60`);
    return true;
  }

  function cityTime(): string {
    const minutes = Math.floor(localTime(world?.cityTime(clock.now()) ?? clock.now()).hour * 60);
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  }

  function status(): SimulationStatus {
    return {
      simulation: true,
      devices: city.devices.length,
      speed: world?.speed ?? options.speed,
      cityTime: cityTime(),
      incident: world?.incidentAt(clock.now()) ?? null,
      ...(world?.counts ?? { up: 0, join: 0, status: 0, lost: 0, duplicated: 0, unheard: 0 }),
      ...(sender?.counts ?? { sent: 0, acknowledged: 0, failed: 0, reconnects: 0 }),
    };
  }

  function statusLine(): string {
    const s = status();
    const incident = s.incident === null ? '' : ` · ${INCIDENTS[s.incident].title}`;
    const link = sender?.connected === true ? '' : ' · broker away, waiting';
    return `city ${s.cityTime} ×${s.speed}${incident} · ${s.sent} sent, ${s.acknowledged} acknowledged, ${s.lost + s.unheard} lost and ${s.duplicated} doubled on purpose${link}`;
  }

  return {
    caughtUp: caughtUp.promise,
    get control() {
      return address;
    },
    startIncident,
    status,
    async start() {
      if (options.token === undefined) {
        say('no --token: nothing is registered, so the hub must know the devices already');
      } else {
        const report = await register(hub, importDocument(city));
        say(`registered ${report.things} things, ${report.devices} devices, ${report.datastreams} new datastreams`);
      }
      const start = clock.now();
      const hours = hoursOfHistory(city, options.backfill, options.backfillSpacing, options.backfillEvents);
      const known = hours > 0 ? await newestReading(hub, start) : null;
      const from = Math.max(start - hours * HOUR, known ?? Number.NEGATIVE_INFINITY);
      world = new World({
        city,
        seed: options.seed,
        speed: options.speed,
        start,
        from,
        spacing: options.backfillSpacing,
      });
      sender = new Sender({
        url: options.mqtt,
        clientId: `stadtpegel-simulator-${options.seed}-${start}`,
        inFlight: options.inFlight,
        patience,
      });
      await sender.start();
      if (options.control !== null) {
        control = new Control({ port: options.control, startIncident, status });
        // the city lives without its buttons too
        address = await control.start().catch((error: Error) => {
          say(error.message);
          control = null;
          return null;
        });
      }
      statusTimer = setInterval(() => say(statusLine()), options.statusSeconds * 1000);
      statusTimer.unref();
      living = live(start);
    },
    async stop() {
      stopped = true;
      if (statusTimer !== null) clearInterval(statusTimer);
      await control?.stop();
      await sender?.stop();
      await living;
      caughtUp.resolve();
    },
  };
}
