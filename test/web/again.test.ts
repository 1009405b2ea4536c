// SPDX-License-Identifier: AGPL-3.0-or-later
// Every form that was taken, sent once more as it was: pressed twice, or sent again by Back or a reload. It is no error,
// and nothing is there twice (J18).
import { afterEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { routes } from '../../server/routes.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import {
  fieldsOf,
  fill,
  formsFor,
  formsOn,
  isEnd,
  keyOf,
  shapeOf,
  type Field,
  type FoundForm,
} from '../support/found-forms.ts'
import { fullWorld } from '../support/full-world.ts'
import { PASSWORD } from '../support/world.ts'
import { SCENES } from '../support/form-scenes.ts'

afterEach(stopApps)

const TEXTS: [RegExp, string][] = [
  [/email|mailbox/, 'quelqu.un@example.org'],
  [/phone/, '03 80 11 22 33'],
  [/postal/, '21000'],
  [/^rna$/, 'W212000001'],
  [/^siren$/, '732829320'],
  [/^siret$/, '73282932000074'],
  [/^places?$|city|^other$/, 'Dijon'],
  [/capacity/, '4'],
  [/happened|known|told_on|informed/, '2026-11-19'],
  [/day|_on$|from|until|date/, '2026-12-20'],
  [/duration/, '2h'],
  [/^up_to$/, '10 min'],
  [/times|elsewhere/, '1,5'],
  [/mills/, '0,4'],
  [/(?<!m)age$|km|count|people|days|months|capacity|seats|places|group|sessions|unnamed/, '3'],
  [/amount|rate|budget|grants|other_|flat|wage|replacement/, '12,02'],
  [/host/, 'ailleurs.example'],
  [/site|url|website|address/, 'https://ailleurs.example'],
]
const text = (name: string) => TEXTS.find(([named]) => named.test(name))?.[1] ?? 'Comme convenu'

type Way = (field: Field) => string[]
/** How somebody fills in a form, in turn until it is taken: everything, only what is asked for, or nothing. */
const WAYS: Way[] = [
  ({ name, kind, values }) => {
    if (kind === 'password') return [PASSWORD]
    if (kind === 'select') return [values.find(Boolean) ?? '']
    if (kind === 'radio' || kind === 'checkbox') return values.slice(0, 1)
    if (kind === 'date') return [values[0] || '2026-12-20']
    return [values[0] || text(name)]
  },
  ({ name, kind, values, required, now }) => {
    if (kind === 'password') return [PASSWORD]
    if (!required || now.some(Boolean)) return now
    return kind === 'select' || kind === 'radio' || kind === 'checkbox'
      ? values.filter(Boolean).slice(0, 1)
      : [text(name)]
  },
  ({ now }) => now,
]

/** Sessions and links have their own tests; an event says that somebody pressed. */
const NOT_COUNTED = /^(sessions|tokens|tries|sqlite_|jobs|events|sign_ins|throttle)/

async function rowsIn({ deps }: World): Promise<Map<string, number>> {
  const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(deps.db)
  const counted = tables.rows.map(({ name }) => name).filter((name) => !NOT_COUNTED.test(name))
  const counts = new Map<string, number>()
  for (const name of counted) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(deps.db)
    counts.set(name, rows[0]!.n)
  }
  return counts
}

const flashOf = (b: Browser) =>
  b.document.querySelector('.flash[role=status]:not([hidden])')?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''

/** The form that was taken, once more. @returns what was another answer, or was done twice. */
async function pressAgain(world: World, b: Browser, what: string): Promise<string[]> {
  const found: string[] = []
  await world.settle()
  // A browser that is pressed twice shows the second answer only.
  const address = b.status === 303 ? b.headers.get('location')! : b.url
  const said = b.status === 303 ? '' : flashOf(b)
  // Visits are written once a minute, which may come between.
  await writeCounts(world.deps)
  const before = await rowsIn(world)
  await b.again()
  await world.settle()
  const errors = Object.values(b.errors()).join(' / ')
  if (b.status !== 200) found.push(`${what}: answered ${b.status}: ${b.heading} ${errors}`)
  else if (shapeOf(b.url) !== shapeOf(address)) found.push(`${what}: leads to ${b.url} and not to ${address}`)
  if (said && flashOf(b) && flashOf(b) !== said) found.push(`${what}: says « ${flashOf(b)} » and not « ${said} »`)
  for (const [table, count] of await rowsIn(world))
    if (count !== before.get(table)) found.push(`${what}: ${table} had ${before.get(table)} rows, and has ${count}`)
  return found
}

const POSTS = routes.flatMap(({ method, path }) =>
  method === 'post' ? [{ path, shape: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`) }] : [],
)
/** The line of the site map that answers it: the first that fits. */
const pathOf = (action: string) => POSTS.find(({ shape }) => shape.test(action.split('?')[0]!))!.path

/** One for each button that says something of its own. */
const byButton = (form: FoundForm): FoundForm[] =>
  form.buttons.length < 2
    ? [{ ...form, hidden: [...form.hidden, ...form.buttons] }]
    : form.buttons.map((button) => ({ ...form, hidden: [...form.hidden, button], buttons: [button] }))
const keyWith = (form: FoundForm) => `${keyOf(form)} ${form.buttons.length === 1 ? form.buttons[0]!.join('=') : ''}`

const taken = new Set<string>()
const sentBefore = new Set<string>()

describe('a form sent again as it was, by', () => {
  it.each(['nobody', 'amina', 'bastien', 'farid', 'elise', 'chloe'] as const)('%s', async (name) => {
    const { world, links, pages } = await fullWorld()
    const b = name === 'nobody' ? world.browser() : await world.signIn(name)
    const known = name === 'nobody' ? links : ['bastien', 'farid', 'amina'].includes(name) ? pages : []
    const found: string[] = []
    const tried = new Set<string>()
    const forms = new Map<string, FoundForm[]>()
    const keep = (found: FoundForm) => {
      for (const form of byButton(found)) {
        const alike = forms.get(keyWith(form)) ?? []
        if (!sentBefore.has(keyWith(form)) && !alike.some(({ action }) => action === form.action))
          forms.set(keyWith(form), [...alike, form])
      }
    }
    /** Until one of them is taken. */
    const send = async (key: string, alike: FoundForm[]) => {
      const tries = alike.flatMap((form) => WAYS.map((way): [FoundForm, Way] => [form, way]))
      for (let next = tries.shift(); next; next = tries.shift()) {
        const [form, way] = next
        const sent = fieldsOf(fill(form, way))
        const once = `${form.action} ${JSON.stringify(sent)}`
        if (tried.has(once)) continue
        tried.add(once)
        await b.post(form.action, sent)
        // What is asked about once more has its answer in the page.
        if (b.status === 422)
          tries.unshift(
            ...formsOn(b)
              .flatMap(byButton)
              .filter((one) => keyWith(one) === key)
              .map((one): [FoundForm, Way] => [one, way]),
          )
        if (b.status !== 200) continue
        sentBefore.add(key)
        taken.add(pathOf(form.action))
        found.push(...(await pressAgain(world, b, pathOf(form.action))))
        for (const more of formsOn(b)) keep(more)
        return
      }
    }
    for (const form of await formsFor(b, known, (one) => `${one.action} ${keyOf(one)}`)) keep(form)
    for (let round = 0; round < 3; round++) {
      const inTurn = [...forms].sort(([, one], [, other]) => Number(isEnd(one[0]!)) - Number(isEnd(other[0]!)))
      for (const [key, alike] of inTurn) if (!sentBefore.has(key)) await send(key, alike)
      // What was done brings other forms: what is paused can be resumed.
      if (round < 2) for (const form of await formsFor(b, known)) keep(form)
    }
    expect(found).toEqual([])
  })
})

describe('a form of another moment, sent again as it was:', () => {
  it.each(Object.keys(SCENES))('%s', async (path) => {
    const { world, b } = await SCENES[path]!()
    if (b.status !== 303) expect([b.status, b.heading, b.errors()]).toEqual([200, b.heading, {}])
    expect(await pressAgain(world, b, path)).toEqual([])
    taken.add(path)
  })
})

it('a second press is no error because the first one used the link; one that comes late, or from others, is', async () => {
  const { world, links } = await fullWorld()
  const password = links.find((link) => link.startsWith('/password/'))!
  const b = world.browser()
  await b.get(password)
  const form = { password: 'une-longue-phrase-a-moi' }
  await b.post(password, form)
  expect(b.status).toBe(200)
  const first = b.url
  await b.post(password, form)
  expect([b.status, b.url]).toEqual([200, first])
  const other = world.browser()
  await other.post(password, { password: 'une-autre-phrase-a-moi' })
  expect(other.status).toBe(410)
  world.clock.advance(11_000)
  await b.post(password, form)
  expect(b.status).toBe(410)
})

it('two presses at once, the second of which finds the thing gone, lead where the first one led', async () => {
  const { world } = await fullWorld()
  const { id } = await world.deps.db.selectFrom('enquiries').select('id').executeTakeFirstOrThrow()
  const b = await world.signIn('bastien')
  const second = world.browser()
  second.cookie = b.cookie
  const path = `/work/enquiries/${id}/removal`
  await Promise.all([b.post(path, {}), second.post(path, {})])
  expect([b.status, second.status, second.url]).toEqual([200, 200, b.url])
  await second.post(path, { other: 'words' })
  expect(second.status).toBe(404)
})

it('another form between the two makes it another one; whoever presses a link a second time is not signed in by it', async () => {
  const { world, links } = await fullWorld()
  const { id } = await world.deps.db.selectFrom('enquiries').select('id').executeTakeFirstOrThrow()
  const b = await world.signIn('bastien')
  const path = `/work/enquiries/${id}/removal`
  await b.post(path, {})
  await b.post('/my/notices', {})
  await b.post(path, {})
  expect(b.status).toBe(404)
  const signIn = links.find((link) => link.startsWith('/sign-in/link/'))!
  const [one, other] = [world.browser(), world.browser()]
  await one.post(signIn, {})
  await other.post(signIn, {})
  expect([one.url, other.url]).toEqual(['/my', '/sign-in?next=%2Fmy'])
  world.clock.advance(11_000)
  await other.post(signIn, {})
  expect(other.status).toBe(410)
})

describe('a second press has what the first one kept in a session whose cookie did not arrive:', () => {
  // Without cookies the two are one browser, or two alike in one network.
  const twice = async (world: World, path: string, form: Record<string, string>) => {
    await world.browser().post(path, form)
    return world.browser().post(path, form)
  }

  it('the language', async () => {
    const b = await twice(await startApp(), '/language', { locale: 'en', next: '/offers' })
    expect([b.url, b.document.documentElement.lang]).toEqual(['/offers', 'en'])
  })

  it('the offer that a link renewed', async () => {
    const { b } = await SCENES['/renew/:token']!()
    b.cookie = ''
    await b.again()
    expect([b.status, b.url]).toEqual([200, '/renew/done'])
  })

  it('where the sign-in leads, and that the computer is shared', async () => {
    const world = await startApp()
    const b = await twice(world, '/sign-in/link', { login: 'chloe@example.org', next: '/my/hours', shared: 'on' })
    await world.settle()
    expect([b.url, (await world.mails()).length]).toEqual(['/sign-in/sent', 1])
    const sessions = await world.deps.db.selectFrom('sessions').select('content').execute()
    const held = { next: '/my/hours', shared: true }
    expect(sessions.map(({ content }) => JSON.parse(content) as unknown)).toEqual([held, held])
  })
})

/** Neither found by the walk nor brought about here. */
const NOT_SENT: Record<string, string> = {
  '/sign-in/association': 'a search at a centre that is no association, answered with its page; nothing is kept',
  '/offers/near': 'a script asks it for an address, and nothing is kept',
  '/applications/answering/:token/messages/reading': 'says how far somebody has read, so the second says the same',
  '/work/applications/:application/messages/reading': 'says how far somebody has read, so the second says the same',
  '/work/offers/new/typed': 'a script keeps what is typed, in place of what was',
  '/work/offers/:offer/edit/typed': 'a script keeps what is typed, in place of what was',
}

it('every form of the site map was sent twice, but for those that are named with a reason', () => {
  const missing = POSTS.map(({ path }) => path).filter((path) => !taken.has(path))
  expect(missing).toEqual(Object.keys(NOT_SENT))
})
