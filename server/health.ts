// SPDX-License-Identifier: AGPL-3.0-or-later
import { Router } from 'express'
import { sql } from 'kysely'
import type { Deps } from './deps.ts'

/** `/livez`: the process answers. `/readyz`: the database can be read and written. */
export function healthRouter(deps: Deps): Router {
  const router = Router()
  router.get('/livez', (_req, res) => void res.type('text').send('ok\n'))
  router.get('/readyz', async (_req, res) => {
    try {
      await sql`select 1 from association where id = 1`.execute(deps.db)
      await deps.db
        .insertInto('jobs')
        .values({ name: 'readyz', last_run_at: deps.clock.iso() })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ last_run_at: deps.clock.iso() }))
        .execute()
      res.type('text').send('ok\n')
    } catch {
      res.status(503).type('text').send('not ready\n')
    }
  })
  return router
}
