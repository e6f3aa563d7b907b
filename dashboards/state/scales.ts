/** Colours by value. All stand out from the light background by at least 3:1 (WCAG 2.2, 1.4.11). */

interface Step {
  readonly below: number;
  readonly colour: string;
}

/** Air temperature, °C. */
const TEMPERATURE: readonly Step[] = [
  { below: 0, colour: '#3b4cc0' },
  { below: 8, colour: '#2f6fb3' },
  { below: 15, colour: '#0f7f8c' },
  { below: 21, colour: '#3c7d2a' },
  { below: 26, colour: '#9a6a00' },
  { below: 30, colour: '#c2500a' },
  { below: 35, colour: '#b91c1c' },
  { below: Number.POSITIVE_INFINITY, colour: '#7f1249' },
];

/** Water level or depth, metres. */
const DEPTH: readonly Step[] = [
  { below: 0.5, colour: '#2b8fc4' },
  { below: 1, colour: '#1f78b4' },
  { below: 2, colour: '#1b5fa0' },
  { below: Number.POSITIVE_INFINITY, colour: '#123e7c' },
];

export function temperatureColour(celsius: number): string {
  return step(TEMPERATURE, celsius);
}

export function depthColour(metres: number): string {
  return step(DEPTH, metres);
}

/** The steps for a legend: the upper end of each but the last, which is open. */
export const TEMPERATURE_STEPS = TEMPERATURE;
export const DEPTH_STEPS = DEPTH;

function step(steps: readonly Step[], value: number): string {
  for (const { below, colour } of steps) if (value < below) return colour;
  return steps.at(-1)!.colour;
}
