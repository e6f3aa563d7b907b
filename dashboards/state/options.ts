/** Rules of what the map shows, as named numbers. */
export interface Rules {
  /** A state without a confirmation for longer is unknown, milliseconds. */
  readonly unknownAfter: number;
  /** A container is called full from here, percent. */
  readonly fullFrom: number;
  /** … and filling from here, percent. */
  readonly fillingFrom: number;
  /** Water levels are compared with the value of so long ago, milliseconds. */
  readonly levelWindow: number;
  /** A smaller change of a level is noise, metres. */
  readonly levelNoise: number;
  /** Rows that the list draws at most; a filter reaches the rest. */
  readonly maxRows: number;
}

const HOUR = 3_600_000;

export const DEFAULT_RULES: Rules = {
  unknownAfter: 24 * HOUR,
  fullFrom: 80,
  fillingFrom: 50,
  levelWindow: 3 * HOUR,
  levelNoise: 0.005,
  maxRows: 600,
};
