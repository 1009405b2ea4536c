// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Command } from './call.ts'
import { withDeps } from './open.ts'

export const migrateNow: Command = {
  use: 'migrate',
  does: 'cli.migrate.does',
  words: [0, 0],
  async run(config, _words, _options, t) {
    await withDeps(config, async () => {})
    console.log(t('cli.migrate.done'))
    return 0
  },
}
