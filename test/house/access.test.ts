// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page of the site map, as everybody: nobody enters where their role does not, nothing breaks, a GET changes
// nothing, and no form of a stranger is taken.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { routes, type Route } from '../../server/routes.ts'
import { mayEnter } from '../../server/web/access.ts'
import { NOBODY, viewerOf, type Role } from '../../server/web/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

const PEOPLE = {
  nobody: undefined,
  chloe: 'volunteer',
  bastien: 'coordinator',
  elise: 'treasurer',
  farid: 'moderator',
  amina: 'administrator',
} as const
type Who = keyof typeof PEOPLE
let world: World
const cookies: Partial<Record<Who, string>> = {}
beforeAll(async () => {
  world = await startApp({ kind: 'both' })
  for (const name of Object.keys(PEOPLE) as Who[])
    if (name !== 'nobody') cookies[name] = (await world.signIn(name)).cookie
}, 60_000)
afterAll(stopApps)

const address = ({ path }: Route) => path.replaceAll(/:\w+/g, '019383f0-0000-7000-8000-000000000000')
const ask = (route: Route, who: Who, headers: Record<string, string> = {}) =>
  fetch(world.url + address(route), {
    method: route.method.toUpperCase(),
    headers: { accept: 'text/html', ...(cookies[who] && { cookie: cookies[who] }), ...headers },
    redirect: 'manual',
  })
const viewer = (who: Who) => (who === 'nobody' ? NOBODY : viewerOf('x', who, [PEOPLE[who] as Role]))
const gets = routes.filter(({ method }) => method === 'get')

test('each address is there once', () => {
  const names = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':x')}`)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

test.each(Object.keys(PEOPLE) as Who[])(
  '%s gets a page, a way in, or a plain no, at every address',
  async (who) => {
    const wrong: string[] = []
    for (const route of gets) {
      const answer = await ask(route, who)
      const text = await answer.text()
      const status = answer.status
      const fits = mayEnter(viewer(who), route.who)
        ? [200, 301, 303, 404, 409, 410].includes(status)
        : status === (who === 'nobody' ? 303 : 403)
      if (!fits || /\bat .+\(.+:\d+:\d+\)/.test(text)) wrong.push(`${route.path}: ${status}`)
    }
    expect(wrong).toEqual([])
  },
  60_000,
)

test('no GET changes anything', async () => {
  // Sessions, lines of who looked, counted views and tries are about the visit, not about what is visited.
  const visits = new Set(['sessions', 'events', 'event_cursors', 'jobs', 'throttle'])
  const { db } = world.deps
  const names = (await db.introspection.getTables())
    .map(({ name }) => name)
    .filter((name) => !visits.has(name) && !name.startsWith('listings_fts'))
  const state = async () =>
    Object.fromEntries(
      await Promise.all(
        names.map(async (name) => [
          name,
          JSON.stringify(
            await db
              .selectFrom(name as 'jobs')
              .selectAll()
              .execute(),
          ),
        ]),
      ),
    )
  const before = await state()
  for (const route of gets) await (await ask(route, 'amina')).arrayBuffer()
  expect(await state()).toEqual(before)
}, 60_000)

test.each([{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }])(
  'no form is taken from elsewhere: %j',
  async (headers) => {
    const wrong: string[] = []
    for (const route of routes.filter(({ method, who }) => method === 'post' && who !== 'volunteer')) {
      const { status } = await ask(route, 'amina', { ...headers, 'content-type': 'application/x-www-form-urlencoded' })
      if (status !== 403) wrong.push(`${route.path}: ${status}`)
    }
    expect(wrong).toEqual([])
  },
  60_000,
)
