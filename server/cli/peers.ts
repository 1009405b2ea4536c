// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../base/cut.ts'
import { listKnownHosts } from '../../db/queries/known-peers.ts'
import type { Command } from './call.ts'
import { allowPeer, blockDomain, unblockDomain } from '../peers/commands.ts'
import { consequencesOf } from '../peers/consequences.ts'
import { readHost } from '../peers/forms.ts'
import { lookAround, readInBatches, under } from '../peers/known.ts'
import { readPolicy } from '../peers/in-force.ts'
import { withDeps } from './open.ts'

function hostIn(word: string | undefined): string {
  const host = word && readHost(word)
  if (!host) throw new Error('which site? its name looks like example.org')
  return host
}

export const blockCommand: Command = {
  use: 'block-domain HOST [--note TEXT] [--dry-run]',
  words: [1, 1],
  does: 'Hear nothing of a site and of all under its name, show nothing of it, write nothing to it.',
  options: {
    note: { type: 'string', does: 'why, for ourselves' },
    'dry-run': { type: 'boolean', does: 'only print what it would hide' },
  },
  async run(config, [word], options) {
    const host = hostIn(word)
    await withDeps(config, async (deps) => {
      const gone = await consequencesOf(deps.db, deps, under(host))
      if (options['dry-run'] !== true)
        await blockDomain(deps, 'command line', { host, note: cut(String(options['note'] ?? ''), 500) })
      console.log(
        `${host}: ${gone.relations.length} relations, ${gone.offers} offers online, ${gone.unread} to read over, ` +
          `${gone.followers} followers, ${gone.deliveries} deliveries`,
      )
    })
    return 0
  },
}

export const allowCommand: Command = {
  use: 'allow-domain HOST',
  words: [1, 1],
  does: 'Lift the block of a site, and keep it on the list of sites we speak with. What the block took away stays away.',
  async run(config, [word]) {
    const host = hostIn(word)
    await withDeps(config, async (deps) => {
      if ((await readPolicy(deps.db, deps)).blocked.has(host)) await unblockDomain(deps, 'command line', host)
      await allowPeer(deps, 'command line', host)
      console.log(`${host} is spoken with`)
    })
    return 0
  },
}

export const queue: Command = {
  use: 'queue [HOST]',
  words: [0, 1],
  does: 'Print what waits for other sites and what did not arrive, one site a line: waiting, failed, oldest, state, reason.',
  async run(config, [word]) {
    const only = word === undefined ? undefined : hostIn(word)
    const count = await withDeps(config, async (deps) => {
      const outlook = await lookAround(deps.db, deps)
      const hosts = await listKnownHosts(deps.db, outlook.sight, only ? under(only).filter : { isQueued: true })
      for await (const peers of readInBatches(outlook, hosts))
        for (const { host, waiting, failed, oldest, state, refusal, last_error } of peers)
          console.log([host, waiting, failed, oldest ?? '-', state, refusal ?? last_error ?? ''].join('\t').trimEnd())
      return hosts.length
    })
    if (count === 0) console.error(only ? `nothing is known of ${only}` : 'nothing waits')
    return only && count === 0 ? 1 : 0
  },
}
