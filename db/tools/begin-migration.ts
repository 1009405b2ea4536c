// SPDX-License-Identifier: AGPL-3.0-or-later
// The command `npm run migration NAME`.
import { beginMigration } from './new-migration.ts'

try {
  const file = beginMigration(process.argv.slice(2), new Date())
  console.log(`${file} is begun. Write its SQL, then run npm run schema.`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
