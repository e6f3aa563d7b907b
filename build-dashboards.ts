/** Builds the dashboards where an install left them out, while the hub already works. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `folder`: where the build would be. Shows its progress on the terminal; the pages are there when it is done. */
export function buildIfMissing(folder: string): void {
  if (existsSync(join(folder, 'index.html'))) return;
  console.log('\nThe dashboards are not built yet; building them now …');
  spawn(process.execPath, [fileURLToPath(new URL('./bin/prepare.mjs', import.meta.url))], { stdio: 'inherit' });
}
