/** Fourteen gateways on roofs and masts: seven in each town. */
import type { Gateway, TownId } from './types.ts';

const gateway = (
  town: TownId,
  number: number,
  name: string,
  latitude: number,
  longitude: number,
  mast: number,
): Gateway => ({
  id: `5a5007000000${town === 'solingen' ? '01' : '02'}${number.toString().padStart(2, '0')}`,
  name,
  town,
  position: [longitude, latitude],
  mast,
});

export const GATEWAYS: readonly Gateway[] = [
  gateway('solingen', 1, 'Rathaus Solingen', 51.1768, 7.0838, 24),
  gateway('solingen', 2, 'Hofgarten', 51.1704, 7.0819, 30),
  gateway('solingen', 3, 'Klingenhalle', 51.1772, 7.0741, 15),
  gateway('solingen', 4, 'Hauptbahnhof Ohligs', 51.1612, 7.0047, 20),
  gateway('solingen', 5, 'Kirche Gräfrath', 51.2097, 7.0729, 28),
  gateway('solingen', 6, 'Schloss Burg', 51.1378, 7.1525, 32),
  gateway('solingen', 7, 'Sengbachtalsperre', 51.1213, 7.1404, 12),
  gateway('ulm', 1, 'Münsterturm', 48.3986, 9.9926, 70),
  gateway('ulm', 2, 'Rathaus Ulm', 48.3968, 9.9933, 22),
  gateway('ulm', 3, 'Donaustadion', 48.4047, 10.0093, 25),
  gateway('ulm', 4, 'Universität', 48.4222, 9.9553, 35),
  gateway('ulm', 5, 'Kloster Wiblingen', 48.3631, 9.9984, 26),
  gateway('ulm', 6, 'Congress Centrum', 48.4019, 10.0012, 40),
  gateway('ulm', 7, 'Roxy', 48.3921, 9.9812, 18),
];
