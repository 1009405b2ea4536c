// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever has one right alone finds their pages, and is led to none that they may not open.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { RIGHTS } from '../../server/model/rights.ts'
import { stopApps, type World } from '../support/app.ts'
import { fullWorld } from '../support/full-world.ts'
import { giveOnly } from '../support/own-roles.ts'

let world: World
beforeAll(async () => {
  world = (await fullWorld()).world
})
afterAll(stopApps)

/** Pages that a link of another page leads to, within a few steps: nothing that is shown is refused. */
it.each(RIGHTS)('whoever may only « %s » is led to nothing that they may not open', async (right) => {
  await world.deps.db.deleteFrom('given_roles').execute()
  await world.deps.db.deleteFrom('roles').execute()
  await giveOnly(world, 'elise', [right])
  const b = await world.signIn('elise', { isRead: true })
  const asked = new Set<string>()
  const refused: string[] = []
  let next = ['/my', b.url]
  const shown = (path: string) => path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{2,}/g, ':id').replace(/[?#].*/, '')
  const known = new Set<string>()
  for (let step = 0; step < 4; step++) {
    const found: string[] = []
    for (const path of next) {
      if (known.has(shown(path))) continue
      known.add(shown(path))
      asked.add(path)
      await b.get(path)
      if (b.status === 403) refused.push(path)
      for (const link of b.document.querySelectorAll('a[href^="/"]')) found.push(link.getAttribute('href')!)
      for (const form of b.document.querySelectorAll('main form[method="get"]'))
        found.push(form.getAttribute('action')!)
    }
    next = found.filter(
      (path) =>
        path.startsWith('/') && !/\.(?:csv|ods|pdf|json|webp|png|ics|atom|gz)|^\/(?:help|source|embed)/.test(path),
    )
  }
  expect(refused).toEqual([])
  expect(asked.size).toBeGreaterThan(8)
})
