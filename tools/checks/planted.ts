/** For the checks' tests: a small project in a temporary folder, with the violation that the check must find. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Check, CheckResult } from './check.ts';

/** Runs the check over a project of these files (path ▸ text) and removes it again. */
export async function checkPlanted(
  check: Check,
  files: Readonly<Record<string, string>>,
  write = false,
): Promise<CheckResult> {
  const root = mkdtempSync(join(tmpdir(), 'stadtpegel-check-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return await check.run({ root, write });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
