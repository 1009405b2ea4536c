// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../migrations')
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/

/**
 * Writes db/migrations/<instant, to the minute, UTC>-<name>.ts and adds it to index.ts.
 * @param args one name in lower case that says what it does: `add-nickname`.
 * @param folder another one in tests.
 * @returns the path in the repository.
 * @throws when the name is wrong; nothing is then written.
 */
export function beginMigration(args: readonly string[], now: Date, folder = FOLDER): string {
  const [name = '', ...rest] = args
  if (rest.length > 0 || !NAME.test(name)) throw new Error('npm run migration needs one name, such as add-nickname')
  const constant = name.replaceAll(/-(.)/g, (_, character: string) => character.toUpperCase())
  const index = join(folder, 'index.ts')
  const list = readFileSync(index, 'utf8')
  if (list.includes(`{ ${constant} }`)) throw new Error(`there is a migration ${name} already`)
  const full = `${now.toISOString().replaceAll(/\D/g, '').slice(0, 12)}-${name}`
  writeFileSync(join(folder, `${full}.ts`), skeleton(constant, full), { flag: 'wx' })
  writeFileSync(
    index,
    list
      .replace('\n\nexport const', `\nimport { ${constant} } from './${full}.ts'\n\nexport const`)
      .replace(/\n\]\n$/, `\n  ${constant},\n]\n`),
  )
  return `db/migrations/${full}.ts`
}

/** It imports nothing of ours but a type, because code changes and a migration must not. */
const skeleton = (constant: string, name: string) => `// SPDX-License-Identifier: AGPL-3.0-or-later
// What becomes possible, and why the schema changes for it.
import type { Migration } from '../migrate.ts'

export const ${constant}: Migration = {
  name: '${name}',
  // Behind each new column its tag, which db/tags.ts explains: email TEXT NOT NULL DEFAULT '', -- personal
  sql: \`
\`,
}
`
