/** Real places of Solingen and Ulm. What happens there in the simulation is made up. */
import type { Place, Position, Town, TownId } from './types.ts';

export const TOWNS: Readonly<Record<TownId, Town>> = {
  solingen: { id: 'solingen', name: 'Solingen', position: [7.084, 51.1721], height: 221 },
  ulm: { id: 'ulm', name: 'Ulm', position: [9.991, 48.3984], height: 478 },
};

const place = (town: TownId, id: string, name: string, latitude: number, longitude: number): Place => ({
  id,
  name,
  town,
  position: [longitude, latitude] as Position,
});

const solingen = (id: string, name: string, latitude: number, longitude: number) =>
  place('solingen', id, name, latitude, longitude);
const ulm = (id: string, name: string, latitude: number, longitude: number) =>
  place('ulm', id, name, latitude, longitude);

/** Squares and parks: masts, containers, storm drains and street bins stand here. */
export const SQUARES = {
  walterScheelPlatz: solingen('walter-scheel-platz', 'Walter-Scheel-Platz', 51.1765, 7.0845),
  grafWilhelmPlatz: solingen('graf-wilhelm-platz', 'Graf-Wilhelm-Platz', 51.1702, 7.0828),
  neumarkt: solingen('neumarkt', 'Neumarkt', 51.1711, 7.084),
  graefratherMarkt: solingen('graefrather-markt', 'Gräfrather Markt', 51.2094, 7.0723),
  suedpark: solingen('suedpark', 'Südpark', 51.1645, 7.088),
  botanischerGartenSolingen: solingen('botanischer-garten', 'Botanischer Garten', 51.178, 7.099),
  schlossBurg: solingen('schloss-burg', 'Schloss Burg', 51.1376, 7.1528),
  muensterplatz: ulm('muensterplatz', 'Münsterplatz', 48.3985, 9.9911),
  loraPark: ulm('lorapark', 'Weinhof (LoRaPark)', 48.3958, 9.9908),
  marktplatz: ulm('marktplatz', 'Marktplatz', 48.3967, 9.9935),
  karlsplatz: ulm('karlsplatz', 'Karlsplatz', 48.4033, 9.9893),
  friedrichsau: ulm('friedrichsau', 'Friedrichsau', 48.4065, 10.014),
  botanischerGartenUlm: ulm('botanischer-garten', 'Botanischer Garten', 48.4195, 9.9635),
} as const;

/** Points on the water. */
export const WATERS = {
  wupperUnterburg: solingen('wupper-unterburg', 'Wupper, Unterburg', 51.134, 7.143),
  eschbach: solingen('eschbach-kellershammer', 'Eschbach, Kellershammer', 51.149, 7.17),
  muengsten: solingen('wupper-muengsten', 'Wupper, Brückenpark Müngsten', 51.16, 7.132),
  wipperkotten: solingen('wupper-wipperkotten', 'Wupper, Wipperkotten', 51.125, 7.044),
  sengbach: solingen('sengbachtalsperre', 'Sengbachtalsperre', 51.121, 7.14),
  blau: ulm('blau', 'Blau, Fischerviertel', 48.3952, 9.9895),
  donau: ulm('donau-herdbruecke', 'Donau, Herdbrücke', 48.3956, 9.995),
  badHeld: ulm('donau-bad-held', 'Donau, Bad Held', 48.386, 9.979),
  iller: ulm('iller-wiblingen', 'Iller, Wiblingen', 48.362, 9.998),
} as const;
