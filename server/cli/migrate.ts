// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Command } from './call.ts'
import { withDeps } from './open.ts'

export const migrateNow: Command = {
  use: 'migrate',
  does: 'Bring the database up to date; a copy is put in data/backups first. The server does this by itself at start.',
  words: [0, 0],
  async run(config) {
    await withDeps(config, async () => {})
    console.log('The database is up to date.')
    return 0
  },
}
