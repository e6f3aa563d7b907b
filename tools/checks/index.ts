/**
 * The repository's own checks, `npm run check`: one file per check, each with a test that plants a violation. Start with
 * `check.ts` for what a check is, then `imports.ts`, which enforces the table of ARCHITECTURE.md.
 *
 * Prints one line for each check with what it visited; findings make the exit code 1. `--write` writes generated pages.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONFORMANCE, MQTT_CONFORMANCE } from '../../api/sensorthings/index.ts';
import { CODES, REMEDIES } from '../../services/model/index.ts';
import { dashboards } from '../grafana/index.ts';
import { cataloguePages } from './catalogue-pages.ts';
import type { Check } from './check.ts';
import { composeCheck } from './compose.ts';
import { dockerfileCheck } from './dockerfile.ts';
import { errorPageCheck } from './error-page.ts';
import { generatedCheck } from './generated.ts';
import { importsCheck } from './imports.ts';
import { lengthsCheck } from './lengths.ts';
import { limitPages, limitsCheck } from './limits.ts';
import { linksCheck } from './links.ts';
import { optionNamesCheck } from './option-names.ts';
import { limitOptions, optionPages } from './option-pages.ts';
import { plainNodeCheck } from './plain-node.ts';
import { requirementPages, requirementsCheck } from './requirements.ts';
import { systemdCheck } from './systemd-units.ts';

export const checks: readonly Check[] = [
  importsCheck(),
  plainNodeCheck(),
  lengthsCheck(),
  generatedCheck(async (root) => [
    ...(await optionPages(root)),
    ...(await cataloguePages()),
    ...requirementPages(root),
    ...(await limitPages(root, limitOptions)),
    ...dashboards(),
  ]),
  optionNamesCheck,
  errorPageCheck(
    Object.fromEntries(
      Object.entries(CODES).map(([code, row]) => [code, { ...row, remedy: REMEDIES[code as keyof typeof REMEDIES] }]),
    ),
  ),
  requirementsCheck([...CONFORMANCE, ...MQTT_CONFORMANCE]),
  limitsCheck(limitOptions),
  linksCheck(),
  composeCheck,
  dockerfileCheck,
  systemdCheck,
];

/** Runs the checks one after another; true: nothing was found. A check that throws is a finding. */
export async function runChecks(
  list: readonly Check[],
  options: { readonly root: string; readonly write: boolean },
  print: (line: string) => void,
): Promise<boolean> {
  let failed = 0;
  for (const check of list) {
    const begin = performance.now();
    const result = await check.run(options).catch((error: unknown) => ({
      visited: 'nothing',
      findings: [`.: the check itself failed: ${(error as Error).message}`],
      warnings: [],
    }));
    const mark = result.findings.length === 0 ? '✓' : '✗';
    const found = result.findings.length === 0 ? '' : `, ${result.findings.length} findings`;
    print(`${mark} ${check.name}: ${result.visited}${found} (${Math.round(performance.now() - begin)} ms)`);
    for (const finding of result.findings) print(`    ${finding}`);
    for (const warning of result.warnings ?? []) print(`    warning: ${warning}`);
    if (result.findings.length > 0) failed++;
  }
  print(failed === 0 ? `${list.length} checks, no findings` : `${failed} of ${list.length} checks have findings`);
  return failed === 0;
}

const isProgram = process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--write');
  if (unknown.length > 0) {
    console.error(`unknown argument ${unknown.join(' ')}; there is only --write`);
    process.exitCode = 2;
  } else {
    const clean = await runChecks(checks, { root, write: process.argv.includes('--write') }, console.log);
    process.exitCode = clean ? 0 : 1;
  }
}
