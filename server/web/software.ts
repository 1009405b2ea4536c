// SPDX-License-Identifier: AGPL-3.0-or-later
// Version and source code (AGPL-3.0 section 13).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')
export const SOURCE_PATH = '/source.tar.gz'

export function softwareVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version
}
