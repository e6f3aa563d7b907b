// After an install: builds the dashboards. An install without the sources or without Vite (npm ci --omit=dev of a packed
// copy) has nothing to build, and a failed build must not fail the install: the hub builds them at its first start instead.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node24.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vite = join(root, 'node_modules/vite/bin/vite.js');
const node = findNode();
if (node === null || !existsSync(vite) || !existsSync(join(root, 'dashboards/vite.config.ts'))) {
  console.log('Dashboards: not built now; the hub builds them at its first start.');
} else {
  const { status } = spawnSync(node, [vite, 'build', 'dashboards', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(status === 0 ? 'Dashboards: built.' : 'Dashboards: the build failed; "npm run build" shows why.');
}
