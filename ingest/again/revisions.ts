/**
 * With which revision of its model the history of devices was decoded. A raised one is offered for decoding again, until that
 * is done or dismissed; a model that comes with its first device is up to date.
 */
import type { CatalogueReader } from '../../services/registry/index.ts';
import type { Extents, TimeseriesStore } from '../../services/timeseries/index.ts';
import type { DeviceModel } from '../decoders/index.ts';
import type { LedgerPort } from '../ports.ts';
import type { Pace } from './pace.ts';

export interface RevisionPorts {
  readonly catalogue: CatalogueReader;
  readonly models: ReadonlyMap<string, DeviceModel>;
  readonly ledger: Pick<LedgerPort, 'note' | 'notesOf' | 'flush'>;
}

export interface RaisedRevision {
  readonly model: string;
  readonly name: string;
  /** The revision that the history was decoded with, and the present one. */
  readonly from: number;
  readonly to: number;
}

export interface Offer extends RaisedRevision {
  readonly devices: number;
  /** About: each message gives at most one row to a Datastream. */
  readonly records: number;
  readonly observations: number;
}

const TOPIC = 'model-revisions';
const DEVICES_AT_ONCE = 500;

export class Revisions {
  private readonly ports: RevisionPorts;
  private known: Record<string, number> = {};

  constructor(ports: RevisionPorts) {
    this.ports = ports;
  }

  /** Ledger and catalogue have been started. Returns what is offered. */
  open(): RaisedRevision[] {
    const { ledger, models } = this.ports;
    const [note] = ledger.notesOf(TOPIC);
    this.known = note === undefined ? {} : (JSON.parse(note[1]) as Record<string, number>);
    const before = JSON.stringify(this.known);
    const used = this.used();
    for (const { id, revision } of models.values())
      this.known[id] = used.has(id) ? (this.known[id] ?? revision) : revision;
    if (JSON.stringify(this.known) !== before) this.save();
    return this.raised();
  }

  /** Models with a raised revision that some device has. */
  raised(): RaisedRevision[] {
    const found: RaisedRevision[] = [];
    for (const { id, name, revision } of this.ports.models.values()) {
      const from = this.known[id] ?? revision;
      if (from < revision) found.push({ model: id, name, from, to: revision });
    }
    // mostly there is nothing, and then no device has to be looked at
    if (found.length === 0) return found;
    const used = this.used();
    return found.filter(({ model }) => used.has(model));
  }

  async offers(store: Pick<TimeseriesStore, 'extents'>, pace: Pace): Promise<Offer[]> {
    const offers: Offer[] = [];
    for (const raised of this.raised()) {
      const sum = { devices: 0, records: 0, observations: 0 };
      let some: (readonly number[])[] = [];
      const add = async () => {
        const ids = some.flat().sort((a, b) => a - b);
        const counts = countsOf(await store.extents(ids));
        for (const streams of some) {
          const rows = streams.map((id) => counts.get(id) ?? 0);
          sum.records += Math.max(0, ...rows);
          sum.observations += rows.reduce((total, count) => total + count, 0);
        }
        sum.devices += some.length;
        some = [];
      };
      for (const { model, datastreams } of this.ports.catalogue.devices.values()) {
        await pace.step();
        if (model !== raised.model) continue;
        some.push(Object.values(datastreams));
        if (some.length === DEVICES_AT_ONCE) await add();
      }
      if (some.length > 0) await add();
      offers.push({ ...raised, ...sum });
    }
    return offers;
  }

  /** The history is decoded with the present revision, or somebody does not want it. False: there was no offer. */
  settle(model: string): boolean {
    const revision = this.ports.models.get(model)?.revision;
    if (revision === undefined || (this.known[model] ?? revision) >= revision) return false;
    this.known[model] = revision;
    this.save();
    return true;
  }

  private used(): Set<string> {
    const used = new Set<string>();
    for (const { model } of this.ports.catalogue.devices.values()) if (model !== null) used.add(model);
    return used;
  }

  private save(): void {
    this.ports.ledger.note(TOPIC, 1, JSON.stringify(this.known));
    this.ports.ledger.flush();
  }
}

function countsOf({ length, ds, count }: Extents): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < length; i++) counts.set(ds[i] as number, count[i] as number);
  return counts;
}
