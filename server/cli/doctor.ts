// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Command } from './call.ts'
import { looked } from './findings.ts'
import { database, lastBackup } from './inside.ts'
import { address, disk, folder, node, secret } from './machine.ts'
import { answers, mail, site } from './outside.ts'

export const doctor: Command = {
  use: 'doctor',
  does: 'cli.doctor.does',
  words: [0, 0],
  async run(config, _words, _options, t) {
    const findings = [
      node(t),
      ...(await looked(() => folder(config, t), t('cli.doctor.data_dir'))),
      ...(await looked(() => disk(config, t), t('cli.doctor.data_dir_here'))),
      ...address(config, t),
      ...(await looked(() => secret(config, t), t('cli.doctor.give_folder'))),
      ...(await looked(() => database(config, t), t('cli.doctor.restore_last'))),
      ...(await looked(() => mail(config, t), t('cli.doctor.check_smtp'))),
      ...(await looked(() => answers(config, t), t('cli.doctor.replies_mend'))),
      ...(await looked(() => site(config, t), t('cli.doctor.check_url'))),
      ...(await looked(() => lastBackup(config, t), t('cli.doctor.give_backups'))),
    ]
    for (const { mark, what, mend } of findings)
      console.log(`${t(`cli.mark.${mark}`).padEnd(5)} ${what}${mend ? `\n      → ${mend}` : ''}`)
    return findings.some(({ mark }) => mark === 'fault') ? 1 : 0
  },
}
