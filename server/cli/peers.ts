// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../base/cut.ts'
import { listKnownHosts } from '../../db/queries/known-peers.ts'
import type { Command } from './call.ts'
import { allowPeer, blockDomain, unblockDomain } from '../peers/commands.ts'
import { consequencesOf } from '../peers/consequences.ts'
import { readHost } from '../peers/forms.ts'
import { lookAround, readInBatches, under } from '../peers/known.ts'
import { readPolicy } from '../peers/in-force.ts'
import type { Translator } from '../text/i18n.ts'
import { withDeps } from './open.ts'

function hostIn(word: string | undefined, t: Translator): string {
  const host = word && readHost(word)
  if (!host) throw new Error(t('cli.peers.which'))
  return host
}

export const blockCommand: Command = {
  use: 'block-domain HOST [--note TEXT] [--dry-run]',
  words: [1, 1],
  does: 'cli.block.does',
  options: {
    note: { type: 'string', does: 'cli.block.note' },
    'dry-run': { type: 'boolean', does: 'cli.block.dry_run' },
  },
  async run(config, [word], options, t) {
    const host = hostIn(word, t)
    await withDeps(config, async (deps) => {
      const gone = await consequencesOf(deps.db, deps, under(host))
      const { offers, unread, followers, deliveries } = gone
      if (options['dry-run'] !== true)
        await blockDomain(deps, 'command line', { host, note: cut(String(options['note'] ?? ''), 500) })
      console.log(
        t('cli.block.gone', { host, relations: gone.relations.length, offers, unread, followers, deliveries }),
      )
    })
    return 0
  },
}

export const allowCommand: Command = {
  use: 'allow-domain HOST',
  words: [1, 1],
  does: 'cli.allow.does',
  async run(config, [word], _options, t) {
    const host = hostIn(word, t)
    await withDeps(config, async (deps) => {
      if ((await readPolicy(deps.db, deps)).blocked.has(host)) await unblockDomain(deps, 'command line', host)
      await allowPeer(deps, 'command line', host)
      console.log(t('cli.allow.done', { host }))
    })
    return 0
  },
}

export const queue: Command = {
  use: 'queue [HOST]',
  words: [0, 1],
  does: 'cli.queue.does',
  async run(config, [word], _options, t) {
    const only = word === undefined ? undefined : hostIn(word, t)
    const count = await withDeps(config, async (deps) => {
      const outlook = await lookAround(deps.db, deps)
      const hosts = await listKnownHosts(deps.db, outlook.sight, only ? under(only).filter : { isQueued: true })
      for await (const peers of readInBatches(outlook, hosts))
        for (const { host, waiting, failed, oldest, state, refusal, last_error } of peers)
          console.log([host, waiting, failed, oldest ?? '-', state, refusal ?? last_error ?? ''].join('\t').trimEnd())
      return hosts.length
    })
    if (count === 0) console.error(only ? t('cli.queue.unknown', { host: only }) : t('cli.queue.nothing'))
    return only && count === 0 ? 1 : 0
  },
}
