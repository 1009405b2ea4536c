// SPDX-License-Identifier: AGPL-3.0-or-later
// Kept pages: nobody gets one of before, of somebody else or in another language. In all other tests the browser
// compares each public page with one that is made at that moment (test/support/browser.ts).
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { request } from 'node:http'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { grantRole, listPeopleByEmail } from '../../db/queries/people.ts'
import { Kept } from '../../server/base/kept.ts'
import { removeListing, setStanding } from '../../server/public-offer/listing.ts'
import { getPublicOffer, offerUri } from '../../server/public-offer/public-offer.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { transact } from '../../server/web/transact.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'

afterEach(stopApps)
afterEach(() => void jest.restoreAllMocks())

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; raw: Buffer; text: string }

/** As it comes over the wire. */
function get(world: World, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((done, fail) => {
    request(world.url + path, { method, headers: { 'accept-language': 'fr', ...headers } }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => {
        const raw = Buffer.concat(chunks)
        const coding = res.headers['content-encoding']
        const open = coding === 'br' ? brotliDecompressSync : coding === 'gzip' ? gunzipSync : (same: Buffer) => same
        const text = raw.length > 0 ? open(raw).toString() : ''
        done({ status: res.statusCode!, headers: res.headers, raw, text })
      })
    })
      .on('error', fail)
      .end()
  })
}

async function publish(world: World, title: string): Promise<{ b: Browser; id: string }> {
  const b = await world.signIn('bastien')
  const id = await publishOffer(b, title)
  await world.settle()
  return { b, id }
}

const LISTS = [
  '/',
  '/offers',
  '/offers?q=soupe',
  '/offers?place=Dijon',
  '/offers.atom',
  '/offers.json',
  '/offers.ics',
  '/embed/offers',
  '/api/v1/offers',
]

describe('a page that is kept', () => {
  it('no longer has an offer that closed, from the next request on, whatever was asked for before', async () => {
    const world = await startApp()
    const { b, id } = await publish(world, 'Servir la soupe')
    const all = [...LISTS, `/offers/${id}`, `/api/v1/offers/${id}`]
    for (const path of all) {
      for (const coding of ['identity', 'gzip', 'br'])
        expect([path, (await get(world, path, { 'accept-encoding': coding })).text.includes(id)]).toEqual([path, true])
    }
    await b.post(`/work/offers/${id}/closing`, { reason: 'filled' })
    for (const path of LISTS) {
      for (const coding of ['identity', 'gzip', 'br'])
        expect([path, (await get(world, path, { 'accept-encoding': coding })).text.includes(id)]).toEqual([path, false])
    }
    expect((await get(world, `/offers/${id}`)).text).toContain('ont trouvé toutes les personnes')
    expect((await get(world, `/api/v1/offers/${id}`)).text).toContain('"closed"')
  })

  it('has an offer from its first instant until its last', async () => {
    const world = await startApp()
    const { id } = await publish(world, 'Servir la soupe')
    const until = '2026-11-22T09:00:30.500Z'
    await transact(world.deps, async (tx) => {
      const offer = (await getPublicOffer(tx, world.deps, id))!
      await setStanding(tx, world.deps, { ...offer, standing: { ...offer.standing, publish_until: until } })
    })
    for (const [now, isThere] of [
      ['2026-11-22T09:00:30.499Z', true],
      [until, false],
    ] as const) {
      world.clock.set(now)
      for (const path of LISTS) expect([path, (await get(world, path)).text.includes(id)]).toEqual([path, isThere])
    }
  })

  it('is exact to the instant for an offer that is in no list, too', async () => {
    const world = await startApp()
    const { id } = await publish(world, 'Servir la soupe')
    const until = '2026-11-22T09:00:30.500Z'
    const change = { visibility: 'unlisted', publish_until: until } as const
    await world.deps.db.updateTable('offers').set(change).where('id', '=', id).execute()
    await transact(world.deps, async (tx) => removeListing(tx, world.deps, offerUri(world.deps, id)))
    expect((await get(world, `/offers/${id}`)).text).toContain(`/offers/${id}/apply`)
    world.clock.set(until)
    expect((await get(world, `/offers/${id}`)).text).not.toContain(`/offers/${id}/apply`)
  })

  it('has the new name of the association, its hours and its volunteers, from the next request on', async () => {
    const before = async ({ db }: World['deps']) => {
      for (const name of ['amina', 'bastien', 'elise', 'farid'] as const)
        await grantRole(db, (await listPeopleByEmail(db, `${name}@example.org`))[0]!.id, 'volunteer', START, null)
    }
    const world = await startApp({ before })
    const front = async () => (await get(world, '/')).text
    expect(await front()).toContain('Les Jardins du Canal')
    const amina = await world.signIn('amina')
    await amina.get('/settings')
    await amina.fill('Nom', 'Les Potagers').press('Enregistrer les réglages')
    expect(await front()).not.toContain('Les Jardins du Canal')
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/hours')
    await chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '6 h').press('Noter ces heures')
    const six = await front()
    const entry = await world.deps.db.selectFrom('hours_entries').select('id').executeTakeFirstOrThrow()
    const bastien = await world.signIn('bastien')
    await bastien.post('/work/hours/approval', { entries: String(entry.id) })
    expect(six).not.toContain('6 h')
    expect(await front()).toContain('6\u00a0h')
  })

  it('is made anew each minute, because pages name hours and days', async () => {
    const world = await startApp()
    await publish(world, 'Servir la soupe')
    const made = jest.spyOn(world.deps.views, 'page')
    for (const now of ['09:00:01', '09:00:02', '09:00:59', '09:01:00', '09:01:29', '09:01:30', '09:01:59']) {
      world.clock.set(`2026-11-22T${now}.000Z`)
      await get(world, '/offers')
    }
    // From the second request of each minute on it is kept.
    expect(made).toHaveBeenCalledTimes(4)
  })

  it('is not made for each who asks at the same moment', async () => {
    const world = await startApp()
    const made = jest.spyOn(world.deps.views, 'page')
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(world, '/offers')))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(made.mock.calls.length).toBeLessThanOrEqual(2)
  })

  it('answers each who asks for something that cannot be understood', async () => {
    const world = await startApp()
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(world, '/offers.atom?place=Nulleville')))
    expect(answers.map(({ status, text }) => [status, text.includes('Nulleville')])).toEqual(
      Array.from({ length: 5 }, () => [400, true]),
    )
    const unknown = await Promise.all(Array.from({ length: 5 }, () => get(world, '/offers/nothing')))
    expect(unknown.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  })

  it('is not kept when making it failed', async () => {
    const world = await startApp()
    jest.spyOn(world.deps.views, 'page').mockImplementationOnce(() => {
      throw new Error('out of order')
    })
    expect((await get(world, '/offers')).status).toBe(500)
    expect((await get(world, '/offers')).status).toBe(200)
  })

  it('counts every visitor, each once', async () => {
    const world = await startApp()
    const { id } = await publish(world, 'Servir la soupe')
    for (const agent of ['one', 'two', 'two', 'three'])
      for (const path of ['/offers', `/offers/${id}`]) await get(world, path, { 'user-agent': `Mozilla/5.0 ${agent}` })
    await writeCounts(world.deps)
    expect(await world.deps.db.selectFrom('shown_counts').select('impressions').execute()).toEqual([{ impressions: 3 }])
    expect(await world.deps.db.selectFrom('offer_counts').select('views').execute()).toEqual([{ views: 3 }])
  })

  it('is never the one of somebody who is signed in, or who chose another language', async () => {
    const world = await startApp()
    const { b, id } = await publish(world, 'Servir la soupe')
    const english = world.browser()
    await english.post('/language', { locale: 'en', next: '/' })
    for (const path of ['/', '/offers', `/offers/${id}`]) {
      await b.get(path)
      expect(b.html).toContain('/sign-out')
      await english.get(path)
      expect(english.document.documentElement.lang).toBe('en')
      const french = await get(world, path)
      expect(french.text).toContain('<html lang="fr"')
      expect(french.text).not.toContain('/sign-out')
      expect((await get(world, path, { 'accept-language': 'en' })).text).toContain('<html lang="en"')
      expect(french.headers['set-cookie']).toBeUndefined()
    }
  })

  it('goes back to the search of each visitor', async () => {
    const world = await startApp()
    const { id } = await publish(world, 'Servir la soupe')
    for (const query of ['q=soupe', 'place=Dijon', 'q=soupe']) {
      const { text } = await get(world, `/offers/${id}`, { referer: `http://localhost:3000/offers?${query}` })
      expect(text).toContain(`href="/offers?${query.replace('=', '&#x3D;')}"`)
    }
  })

  it('is not sent again to who has it, and is empty for HEAD', async () => {
    const world = await startApp()
    await publish(world, 'Servir la soupe')
    for (const path of LISTS) {
      const { headers, text } = await get(world, path)
      // In the second of a change a date could not tell before from after.
      expect(headers['last-modified']).toBeUndefined()
      const known = await get(world, path, { 'if-none-match': String(headers['etag']) })
      expect([known.status, known.raw.length, known.headers['etag']]).toEqual([304, 0, headers['etag']])
      const head = await get(world, path, {}, 'HEAD')
      expect([head.status, head.raw.length]).toEqual([200, 0])
      expect(head.headers['content-length']).toBe(String(Buffer.byteLength(text)))
      const small = await get(world, path, { 'accept-encoding': 'gzip, deflate, br' })
      expect([small.headers['content-encoding'], String(small.headers['vary'])]).toEqual([
        text.length < 1024 ? undefined : 'br',
        expect.stringContaining('Accept-Encoding'),
      ])
      expect(small.text).toBe(text)
      expect({ ...small.headers, date: '' }).toMatchObject({
        'content-type': headers['content-type'],
        'content-security-policy': headers['content-security-policy'],
      })
    }
    expect((await get(world, '/embed/offers')).headers['x-frame-options']).toBeUndefined()
    expect((await get(world, '/offers')).headers['x-frame-options']).toBe('SAMEORIGIN')
  })
})

describe('what is kept', () => {
  const value = (bytes: number) => async () => ({ bytes })
  const create = () => new Kept<{ bytes: number }>({ mostBytes: 100, bytesOf: ({ bytes }) => bytes })
  const keep = async (kept: Kept<{ bytes: number }>, key: string, bytes: number) => {
    await kept.get('1', key, value(bytes))
    return kept.get('1', key, value(bytes))
  }

  it('is what was asked for twice, so that what is asked for once pushes out nothing', async () => {
    const kept = create()
    const once = await kept.get('1', 'a', value(1))
    const twice = await kept.get('1', 'a', value(1))
    expect(twice).not.toBe(once)
    expect(await kept.get('1', 'a', value(1))).toBe(twice)
  })

  it('takes no more bytes than it may, and the oldest goes first', async () => {
    const kept = create()
    const first = await keep(kept, 'a', 40)
    const second = await keep(kept, 'b', 40)
    await keep(kept, 'c', 30)
    expect(await kept.get('1', 'b', value(0))).toBe(second)
    expect(await kept.get('1', 'a', value(1))).not.toBe(first)
    const large = await keep(kept, 'd', 101)
    expect(await kept.get('1', 'd', value(101))).not.toBe(large)
    expect(await kept.get('1', 'b', value(0))).toBe(second)
  })

  it('is made once for all who ask meanwhile', async () => {
    const kept = create()
    let finish: (made: { bytes: number }) => void = () => {}
    const first = kept.get('1', 'a', () => new Promise((done) => (finish = done)))
    const others = [kept.get('1', 'a', value(2)), kept.get('1', 'a', value(3))]
    finish({ bytes: 1 })
    expect(await Promise.all([first, ...others])).toEqual([{ bytes: 1 }, { bytes: 1 }, { bytes: 1 }])
    const none = kept.get('1', 'b', async () => undefined)
    expect(await Promise.all([none, kept.get('1', 'b', value(4))])).toEqual([undefined, { bytes: 4 }])
  })

  it('is not what was made of an earlier state, when the state changes meanwhile', async () => {
    const kept = create()
    let finish: (made: { bytes: number }) => void = () => {}
    const early = kept.get('1', 'a', () => new Promise((done) => (finish = done)))
    await kept.get('2', 'a', value(2))
    finish({ bytes: 1 })
    expect(await early).toEqual({ bytes: 1 })
    expect(await kept.get('2', 'a', value(3))).toEqual({ bytes: 3 })
  })
})
