// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers in addresses that are none: an honest answer on every page and file, never a fault, never something else.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routes } from '../../server/routes.ts'
import { pageOf, wholeNumber } from '../../server/web/paging.ts'
import { stopApps, type World } from '../support/app.ts'
import { fullWorld } from '../support/full-world.ts'
import { send } from '../support/http.ts'

/** Names that a page may read, a few at a time, so that one that is refused does not hide the others. */
const NAMES = [
  ['page', 'per_page', 'centres', 'members', 'sources', 'followers', 'after', 'radius', 'age', 'search'],
  ['year', 'before', 'person', 'period', 'state', 'kind', 'show', 'offer', 'shelf', 'host'],
]
const ODD = ['1e300', 'Infinity', '-1', '2025.5', '99999999999999999999', 'deux', '', '0', '1'.repeat(500), '\u0000']

/** Each of the names with the value: once, twice, and as a list. */
const WAYS = [
  (name: string, value: string) => `${name}=${value}`,
  (name: string, value: string) => `${name}=${value}&${name}=2`,
  (name: string, value: string) => `${name}[]=${value}`,
]

let world: World
let cookie: string
const ids: Record<string, string> = {}
beforeAll(async () => {
  const full = await fullWorld()
  world = full.world
  cookie = (await world.signIn('amina')).cookie
  const { db } = world.deps
  const first = async (table: 'offers' | 'hours_entries' | 'applications' | 'moderation_items' | 'affiliations') =>
    (await db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id
  Object.assign(ids, {
    ':offer': await first('offers'),
    ':entry': await first('hours_entries'),
    ':application': await first('applications'),
    ':item': await first('moderation_items'),
    ':affiliation': await first('affiliations'),
    ':person': world.id('david'),
  })
})
afterAll(stopApps)

/** Compressing takes longer than most pages. */
const ask = (path: string) =>
  send(new URL(world.url + path), {
    headers: new Headers({ cookie, accept: 'text/html', 'accept-encoding': 'identity' }),
  })

describe('public 23, web L7: odd numbers in addresses', () => {
  const paths = routes.filter(({ method }) => method === 'get').map(({ path }) => path)

  it.each(paths)('GET %s', async (route) => {
    const faults: string[] = []
    for (const [at, value] of ODD.map(encodeURIComponent).entries())
      for (const names of NAMES) {
        const query = names.map((name) => WAYS[at % 3]!(name, value)).join('&')
        const path = route.replaceAll(/:\w+/g, (one) => ids[one] ?? (value || '-1'))
        const answer = await ask(`${path}?${query}`)
        if (answer.status >= 500) faults.push(`${answer.status} ${path}?${query}`)
      }
    expect(faults).toEqual([])
  })

  it('a number as the thing itself is not found', async () => {
    const withThing = routes.filter(({ method, path }) => method === 'get' && path.includes('/:'))
    const faults: string[] = []
    for (const { path } of withThing)
      for (const value of ODD.filter((one) => one !== '')) {
        const answer = await ask(path.replaceAll(/:\w+/g, encodeURIComponent(value)))
        if (answer.status >= 500) faults.push(`${answer.status} ${path} ${value}`)
      }
    expect(faults).toEqual([])
  })

  it.each(['2025.5', '1e300', 'Infinity', '-1', 'deux', '2999', '1999', '99999999999999999999'])(
    'no statement of the year %s is that of another year',
    async (year) => {
      for (const path of ['/work/hours/statement', '/work/hours/statement.csv'])
        expect([path, (await ask(`${path}?year=${year}`)).status]).toEqual([path, 404])
    },
  )

  it('a statement without a year is that of this year', async () => {
    for (const query of ['', '?year=']) {
      const answer = await ask(`/work/hours/statement.csv${query}`)
      expect([answer.status, answer.headers.get('content-disposition')]).toEqual([200, expect.stringContaining('2026')])
    }
    expect((await ask('/work/hours/statement?year=2025&year=2024')).status).toBe(404)
  })

  it.each(['page=1e300', 'page=2025.5', 'page=-1', 'page=1&page=2', 'per_page=deux', 'per_page=0', 'radius=1e3'])(
    'programs are told that %s is not understood',
    async (query) => {
      const answer = await ask(`/api/v1/offers?${query}`)
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.text)).toMatchObject({ field: query.split('=')[0], error: expect.stringContaining('«') })
    },
  )
})

it('a page beyond the last is the last, and what is no number the first', () => {
  expect(['3', '99999999999999999999', '9'.repeat(400)].map((asked) => pageOf(asked, 30, 10).page)).toEqual([3, 3, 3])
  for (const odd of ['', '0', '-1', '1e1', '2.5', 'x', ['2'], undefined, 2]) expect(pageOf(odd, 30, 10).page).toBe(1)
  expect([wholeNumber('12', 0, 20), wholeNumber('21', 0, 20), wholeNumber(' 12', 0, 20)]).toEqual([
    12,
    undefined,
    undefined,
  ])
})
