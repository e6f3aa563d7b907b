import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { models } from '../../../ingest/decoders/index.ts';
import { FAULTS } from '../faults.ts';
import { buildCity, distance, importDocument, TOWNS, USUAL_DEVICES } from './index.ts';
import { bayPosition } from './layout.ts';

const city = buildCity();
const CORE = ['parking', 'water', 'climate', 'waste'];

describe('the simulated city', () => {
  it('has 300 devices and more over the four domains, and about 330 in all', () => {
    const core = city.devices.filter((device) => CORE.includes(device.domain));
    expect(core.length).toBeGreaterThanOrEqual(300);
    expect(city.devices.length).toBe(USUAL_DEVICES);
    expect(Math.abs(USUAL_DEVICES - 330)).toBeLessThanOrEqual(15);
    const count = (domain: string) => city.devices.filter((device) => device.domain === domain).length;
    expect([count('water'), count('climate'), count('waste'), count('air') + count('noise')]).toEqual([44, 56, 70, 14]);
    expect(city.devices.filter((device) => device.role.kind === 'drain')).toHaveLength(24);
  });

  it('has two towns, a utility and fourteen gateways', () => {
    expect(city.organisations.map((organisation) => organisation.id)).toEqual(['solingen', 'ulm', 'stadtwerke']);
    expect(new Set(city.gateways.map((gateway) => gateway.id)).size).toBe(14);
    for (const { id } of city.organisations)
      expect(city.devices.some((device) => device.organisation === id)).toBe(true);
  });

  it('gives each device a DevEUI of its own that no manufacturer can have', () => {
    expect(new Set(city.devices.map((device) => device.devEui)).size).toBe(city.devices.length);
    for (const { devEui } of city.devices) {
      expect(devEui).toMatch(/^[0-9a-f]{16}$/);
      expect(Number.parseInt(devEui.slice(0, 2), 16) & 2).toBe(2);
    }
  });

  it('says "Simulation" on every thing, device and organisation', () => {
    const document = importDocument(city);
    for (const thing of document.things) {
      expect(thing.description).toContain('Simulation');
      expect(thing.properties?.simulation).toBe(true);
    }
    for (const device of document.devices) expect(device.properties?.simulation).toBe(true);
    for (const organisation of document.organisations) {
      expect(organisation.name).toContain('Simulation');
      expect(organisation.properties?.simulation).toBe(true);
    }
    expect(document.devices).toHaveLength(city.devices.length);
  });

  it('keeps two household bins internal and everything else public', () => {
    const hidden = importDocument(city).devices.filter((device) => device.visibility !== 'public');
    expect(hidden.map((device) => [device.thing, device.visibility])).toEqual([
      ['solingen/waste/haushalt/1', 'internal'],
      ['ulm/waste/haushalt/1', 'internal'],
    ]);
  });

  it('names parents before their parts, and only organisations that it has', () => {
    const document = importDocument(city);
    const seen = new Set<string>();
    for (const thing of document.things) {
      if (thing.parent != null) expect(seen.has(thing.parent), thing.key).toBe(true);
      expect(document.organisations.some((organisation) => organisation.id === thing.organisation)).toBe(true);
      seen.add(thing.key);
    }
    expect(seen.size).toBe(document.things.length);
    for (const device of document.devices) expect(seen.has(device.thing), device.thing).toBe(true);
    expect(seen.has('solingen/parking/rathaus/3')).toBe(true);
  });

  it('uses models of the device catalogue, each in its domain', () => {
    for (const device of city.devices) expect(models.get(device.model)?.domain, device.model).toBe(device.domain);
    expect(new Set(city.devices.map((device) => device.model)).size).toBe(14);
  });

  it('puts every thing into its town, and bays a car apart', () => {
    for (const thing of city.things) {
      const town = TOWNS[thing.key.split('/')[0] as 'solingen' | 'ulm'];
      expect(distance(thing.position, town.position), thing.key).toBeLessThan(9000);
    }
    const bays = Array.from({ length: 24 }, (_, i) => bayPosition([7, 51], i, 24, 35));
    const gaps = bays.flatMap((a, i) => bays.slice(i + 1).map((b) => distance(a, b)));
    expect(Math.min(...gaps)).toBeGreaterThan(2.4);
    expect(Math.min(...gaps)).toBeLessThan(2.8);
    expect(Math.max(...gaps)).toBeLessThan(60);
  });

  it('has every planted fault on a thing that exists', () => {
    expect(FAULTS).toHaveLength(7);
    const keys = new Set(city.things.map((thing) => thing.key));
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const key of FAULTS.flatMap((fault) => fault.things)) {
      expect(keys.has(key), key).toBe(true);
      expect(readme).toContain(`\`${key}\``);
    }
    for (const { gateway } of FAULTS) {
      if (gateway !== undefined) expect(city.gateways.some((g) => g.id === gateway)).toBe(true);
    }
  });

  it.each([120, 200, 1000, 10_000])('grows and shrinks to %i devices around the same places', (wanted) => {
    const other = buildCity(wanted);
    expect(other.devices).toHaveLength(wanted);
    expect(new Set(other.devices.map((device) => device.devEui)).size).toBe(wanted);
    expect(other.devices.filter((device) => device.visibility === 'internal')).toHaveLength(2);
    const keys = new Set(other.things.map((thing) => thing.key));
    const smallest = new Set(buildCity(120).things.map((thing) => thing.key));
    for (const key of smallest) expect(keys.has(key), key).toBe(true);
  });
});
