/** What a quantity is: the shape of every entry of the table. */
import type { Domain } from './domains.ts';

/** A text that citizens or operators read. */
export interface Text {
  readonly de: string;
  readonly en: string;
}

export interface Unit {
  /** UCUM code, case sensitive form; null for boolean and text. `1` where the quantity has no dimension. */
  readonly ucum: string | null;
  /** As people write it; empty where nothing is written behind the number. */
  readonly symbol: string;
  readonly name: Text;
}

export interface Quantity {
  /** Same as its key in QUANTITIES; never changes, it stands in configurations and stores. */
  readonly id: string;
  readonly name: Text;
  readonly unit: Unit;
  readonly kind: 'number' | 'boolean' | 'text';
  /** Plausible values in the unit, both ends included; outside a reading is flagged, never dropped. null: not a number. */
  readonly range: readonly [min: number, max: number] | null;
  readonly domain: Domain;
  /** URI that names the quantity: the ObservedProperty's `definition` [STA table 15]. */
  readonly definition: string;
  /** About the device itself (battery, radio …): internal even where the device's Datastreams are public. */
  readonly diagnostic: boolean;
}
