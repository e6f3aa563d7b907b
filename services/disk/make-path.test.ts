import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePath } from './make-path.ts';

test('a folder is made with those above it, also twice at once, and never over a file', async () => {
  const root = mkdtempSync(join(tmpdir(), 'path-'));
  try {
    const path = join(root, 'a', 'b', 'c');
    await Promise.all([makePath(path), makePath(path)]);
    expect(existsSync(path)).toBe(true);
    await makePath(path);
    writeFileSync(join(root, 'file'), '');
    await expect(makePath(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makePath(join(root, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.skipIf(!existsSync('/proc/self'))('where no folder can be made it is said at once', async () => {
  await expect(makePath('/proc/nothing/x')).rejects.toMatchObject({ code: 'ENOENT' });
});
