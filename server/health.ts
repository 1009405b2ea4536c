// SPDX-License-Identifier: AGPL-3.0-or-later
import { Router } from 'express'
import { inTransaction } from '../db/open.ts'
import { findAssociation } from '../db/queries/association.ts'
import { readBacklog } from '../db/queries/event-consumers.ts'
import { DAY, later } from './base/clock.ts'
import { runningConsumers } from './consumers.ts'
import type { Deps } from './deps.ts'

/** RFC 9116. 404 until the association has given an address. */
export function securityText(deps: Deps): Router {
  const router = Router()
  router.get('/.well-known/security.txt', async (_req, res) => {
    const row = await findAssociation(deps.db)
    if (!row?.contact_email) return void res.status(404).type('text').send('not found\n')
    const lines = [
      `Contact: mailto:${row.contact_email}`,
      `Expires: ${later(deps.clock.iso(), 180 * DAY)}`,
      `Preferred-Languages: fr, en`,
      `Canonical: ${deps.config.publicUrl}/.well-known/security.txt`,
    ]
    res.type('text').send(`${lines.join('\n')}\n`)
  })
  return router
}

/** Milliseconds for which a successful check is used again. */
const BELIEVED_FOR = 10_000

/**
 * `/livez`: the process answers. `/readyz`: the database can be read and locked for writing. Nothing is written,
 * because anybody may ask; a full disk shows at the jobs on `/operator`.
 */
export function healthRouter(deps: Deps): Router {
  const router = Router()
  const checkWrites = createWriteCheck(deps)
  router.get('/livez', (_req, res) => void res.type('text').send('ok\n'))
  router.get('/readyz', async (_req, res) => {
    try {
      await findAssociation(deps.db)
      await checkWrites()
      res.json(await readiness(deps))
    } catch {
      res.status(503).json({ status: 'not ready' })
    }
  })
  return router
}

function createWriteCheck({ db, clock }: Deps): () => Promise<void> {
  let goodUntil = Number.NEGATIVE_INFINITY
  let checking: Promise<void> | undefined
  const check = async () => {
    // Takes and releases the write lock; nothing is written or synced to the disk.
    await inTransaction(db, async () => {})
    goodUntil = clock.now().getTime() + BELIEVED_FOR
  }
  return async () => {
    const now = clock.now().getTime()
    if (now < goodUntil && now > goodUntil - 2 * BELIEVED_FOR) return
    await (checking ??= check().finally(() => (checking = undefined)))
  }
}

/** Waiting or parked events are only a warning, because pages can still be served. */
async function readiness({ db, config }: Deps) {
  const events = []
  for (const name of runningConsumers(config)) events.push(await readBacklog(db, name))
  const warnings = events.filter(({ parked }) => parked > 0).map(({ consumer }) => `${consumer}: events are parked`)
  return { status: warnings.length > 0 ? 'ready, with warnings' : 'ready', warnings, events }
}
