// SPDX-License-Identifier: AGPL-3.0-or-later
import { Router } from 'express'
import { findAssociation } from '../db/queries/association.ts'
import { saveJobRun } from '../db/queries/operator.ts'
import type { Deps } from './deps.ts'

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
