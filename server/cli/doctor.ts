// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Command } from './call.ts'
import { looked } from './findings.ts'
import { database, lastBackup } from './inside.ts'
import { address, disk, folder, node, secret } from './machine.ts'
import { mail, site } from './outside.ts'

export const doctor: Command = {
  use: 'doctor',
  does: 'Look at Node, folder, disk, database, queues, clock, mail, address and backups; exit code 1 when something is broken.',
  words: [0, 0],
  async run(config) {
    const findings = [
      node(),
      ...(await looked(() => folder(config), 'set DATA_DIR')),
      ...(await looked(() => disk(config), 'set DATA_DIR to a folder of this machine')),
      ...address(config),
      ...(await looked(() => secret(config), 'give the data folder to the user who runs Mainforte')),
      ...(await looked(() => database(config), 'stop the server, then restore the last sound backup')),
      ...(await looked(() => mail(config), 'check SMTP_URL')),
      ...(await looked(() => site(config), 'check PUBLIC_URL')),
      ...(await looked(() => lastBackup(config), 'give data/backups to the user who runs Mainforte')),
    ]
    for (const { mark, what, mend } of findings)
      console.log(`${mark.padEnd(5)} ${what}${mend ? `\n      → ${mend}` : ''}`)
    return findings.some(({ mark }) => mark === 'fault') ? 1 : 0
  },
}
