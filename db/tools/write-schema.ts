// SPDX-License-Identifier: AGPL-3.0-or-later
// The command `npm run schema`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { schemaFiles } from './schema-files.ts'

for (const [name, text] of Object.entries(schemaFiles())) {
  const file = join(import.meta.dirname, '..', name)
  const isNew = readFileSync(file, 'utf8') !== text
  if (isNew) writeFileSync(file, text)
  console.log(`db/${name}: ${isNew ? 'written' : 'as it was'}`)
}
