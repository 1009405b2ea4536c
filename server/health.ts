// SPDX-License-Identifier: AGPL-3.0-or-later
import { Router } from 'express'
import { findAssociation } from '../db/queries/association.ts'
import { saveJobRun } from '../db/queries/operator.ts'
import { DAY, later } from './base/clock.ts'
import type { Deps } from './deps.ts'

/** RFC 9116: where to report a weakness. Not there until the association has given an address. */
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

/** `/livez`: the process answers. `/readyz`: the database can be read and written. */
export function healthRouter(deps: Deps): Router {
  const router = Router()
  router.get('/livez', (_req, res) => void res.type('text').send('ok\n'))
  router.get('/readyz', async (_req, res) => {
    try {
      await findAssociation(deps.db)
      await saveJobRun(deps.db, 'readyz', deps.clock.iso(), null)
      res.type('text').send('ok\n')
    } catch {
      res.status(503).type('text').send('not ready\n')
    }
  })
  return router
}
