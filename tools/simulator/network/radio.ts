/** Which gateways hear a device, and how well. */
import type { CityDevice, Gateway } from '../city/index.ts';
import { distance } from '../city/index.ts';
import { gatewayOut, RESERVOIR_GATEWAY } from '../faults.ts';
import { gauss, hashText, unit } from '../random.ts';

/** A device and a gateway that can hear it, most of the time. */
export interface Link {
  readonly gateway: Gateway;
  /** Mean, dBm. */
  readonly rssi: number;
}

/** One gateway's reception of one frame. */
export interface Heard {
  readonly gateway: Gateway;
  /** dBm, whole numbers as concentrators give them. */
  readonly rssi: number;
  /** dB, in steps of 0.2. */
  readonly snr: number;
}

/** Thermal noise of 125 kHz and a receiver's noise figure of 6 dB, dBm. */
const NOISE_FLOOR = -117;
/** SF12 is understood down to this far below the noise, dB. */
const SNR_LIMIT = -20;
/** dBm at the antenna: 25 mW, the limit of EU868's default channels. */
const TRANSMIT_POWER = 14;
const MOST_GATEWAYS = 4;

/** Log-distance path loss in a town: 128 dB at 1 km, 35 dB per decade, less under a high mast; with a fixed shadow per link. */
export function linksOf(device: CityDevice, gateways: readonly Gateway[], seed: number): readonly Link[] {
  const links: Link[] = [];
  const own = hashText(device.devEui, seed);
  for (const gateway of gateways) {
    const wanted = device.onlyGateway === gateway.id;
    // the reservoir's valley lets nothing in or out
    if (!wanted && (device.onlyGateway !== null || gateway.id === RESERVOIR_GATEWAY)) continue;
    if (gateway.town !== device.town) continue;
    const kilometres = Math.max(0.03, distance(device.position, gateway.position) / 1000);
    const loss = 128 + 35 * Math.log10(kilometres) - Math.log2(gateway.mast) * 1.5 + device.burial;
    const rssi = TRANSMIT_POWER - loss + 4 * gauss(own, hashText(gateway.id));
    if (rssi - NOISE_FLOOR > SNR_LIMIT + 3) links.push({ gateway, rssi: Math.min(-35, rssi) });
  }
  links.sort((a, b) => b.rssi - a.rssi);
  if (links.length > 0) return links.slice(0, MOST_GATEWAYS);
  return [{ gateway: nearest(device, gateways), rssi: NOISE_FLOOR + SNR_LIMIT + 6 }];
}

function nearest(device: CityDevice, gateways: readonly Gateway[]): Gateway {
  const candidates = gateways.filter((g) => g.town === device.town && g.id !== RESERVOIR_GATEWAY);
  return candidates.reduce((a, b) =>
    distance(device.position, b.position) < distance(device.position, a.position) ? b : a,
  );
}

/** Who hears frame `fCnt`: gateways that are out don't, weak ones not always. Strongest first. */
export function receive(links: readonly Link[], cityTime: number, seed: number, fCnt: number): Heard[] {
  const heard: Heard[] = [];
  links.forEach((link, i) => {
    if (gatewayOut(link.gateway.id, cityTime)) return;
    // a second gateway misses a frame now and then; the best one is counted by the planned loss of the network
    if (i > 0 && unit(seed, fCnt, 100 + i) < 0.12) return;
    const faded = link.rssi + 1.8 * gauss(seed, fCnt, 200 + i);
    const rssi = Math.round(Math.max(NOISE_FLOOR + SNR_LIMIT, faded));
    const snr = rssi - NOISE_FLOOR + 0.6 * gauss(seed, fCnt, 300 + i);
    heard.push({ gateway: link.gateway, rssi, snr: Math.round(Math.min(13.8, Math.max(SNR_LIMIT, snr)) * 5) / 5 });
  });
  return heard.sort((a, b) => b.rssi - a.rssi);
}

/** EU868 uplink channels, Hz: the three default ones and those that a ChirpStack region adds. */
const CHANNELS = [
  868_100_000, 868_300_000, 868_500_000, 867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000,
];

/** Needed SNR of SF7 … SF12, dB. */
const REQUIRED_SNR = [-7.5, -10, -12.5, -15, -17.5, -20];

export interface Modulation {
  /** Hz */
  readonly frequency: number;
  readonly channel: number;
  readonly spreadingFactor: number;
  /** LoRaWAN data rate index, EU868. */
  readonly dataRate: number;
}

/** What adaptive data rate has settled on for a link: the fastest that leaves 10 dB of margin. */
export function modulationFor(links: readonly Link[], seed: number, fCnt: number): Modulation {
  const snr = Math.min(12, links[0]!.rssi - NOISE_FLOOR);
  const found = REQUIRED_SNR.findIndex((needed) => snr >= needed + 10);
  const spreadingFactor = found < 0 ? 12 : 7 + found;
  const channel = Math.floor(unit(seed, fCnt, 400) * CHANNELS.length);
  return { frequency: CHANNELS[channel]!, channel, spreadingFactor, dataRate: 12 - spreadingFactor };
}
