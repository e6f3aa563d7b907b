/** What every check is: a name, and a run over a folder that says what it visited and what it found. */

export interface CheckOptions {
  /** The folder that holds the project; tests give one with a planted violation. */
  readonly root: string;
  /** Write generated pages anew instead of comparing them. */
  readonly write: boolean;
}

export interface CheckResult {
  /** What was looked at, with its number, e.g. `312 files, 1204 imports`. A check that visits nothing must have a finding. */
  readonly visited: string;
  /** Each is one line that begins with a path. One finding fails the run. */
  readonly findings: readonly string[];
  /** Worth a look, but no failure. */
  readonly warnings?: readonly string[];
}

export interface Check {
  readonly name: string;
  run(options: CheckOptions): Promise<CheckResult>;
}
