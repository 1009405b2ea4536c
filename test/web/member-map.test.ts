// SPDX-License-Identifier: AGPL-3.0-or-later
// The directory of members: by town, and on a map that the server draws.
import { afterEach, describe, expect, it } from '@jest/globals'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { saveActor } from '../../db/queries/fed-actors.ts'
import { MOST_TOWNS, memberMap } from '../../server/search/pages/member-map.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { fr } from '../support/texts.ts'

afterEach(stopApps)

const TOWNS = { 'FR-21231': 'Dijon', 'FR-71076': 'Chalon-sur-Saône', 'FR-21054': 'Beaune' } as const
async function member(world: World, name: string, town: keyof typeof TOWNS | '' | 'FR-99999', sectors: string[] = []) {
  const { db, clock } = world.deps
  const uri = `https://${name}.example/actor`
  const partner = {
    partner_uri: uri,
    partner_is: 'member',
    partner_name: name,
    partner_url: `https://${name}.example/`,
  } as const
  await insertAffiliation(db, {
    id: name,
    ...partner,
    state: 'active',
    requested_at: clock.iso(),
    decided_at: clock.iso(),
  })
  const place = { place_code: town, place_name: town in TOWNS ? TOWNS[town as keyof typeof TOWNS] : '' }
  const actor = {
    uri,
    host: `${name}.example`,
    type: 'Organization',
    name,
    role: 'association',
    inbox: `${uri}/inbox`,
  } as const
  await saveActor(db, { ...actor, ...place, sectors: JSON.stringify(sectors), body: '{}', fetched_at: clock.iso() }, [])
}

describe('the members of a centre', () => {
  it('stand on a map drawn by the server, without anything of another site, and by town in a list', async () => {
    const world = await startApp({ kind: 'centre' })
    for (const name of ['un', 'deux', 'trois']) await member(world, name, 'FR-21231')
    await member(world, 'quatre', 'FR-71076')
    await member(world, 'cinq', '')
    const b = world.browser()
    await b.get('/associations')
    const svg = b.document.querySelector('main svg[role=img]')!
    expect(svg.querySelectorAll('circle')).toHaveLength(2)
    expect([...svg.querySelectorAll('text')].map((one) => one.textContent)).toEqual(['Dijon', 'Chalon-sur-Saône'])
    expect(svg.getAttribute('aria-label')).toContain('2 communes')
    expect(svg.innerHTML).not.toMatch(/https?:|url\(|<image/)
    // More members, a larger circle; further south is further down.
    const [dijon, chalon] = [...svg.querySelectorAll('circle')].map((one) => ({
      r: Number(one.getAttribute('r')),
      y: Number(one.getAttribute('cy')),
    }))
    expect([dijon!.r > chalon!.r, dijon!.y < chalon!.y]).toEqual([true, true])
    const options = [...b.document.querySelectorAll('select[name=town] option')].map((one) => one.textContent!.trim())
    expect(options).toEqual([fr('search.associations.all_towns'), 'Chalon-sur-Saône (1)', 'Dijon (3)'])
    expect(b.text).toContain('cinq')
  })

  it('of one town only, when it is asked for; an unknown town shows all', async () => {
    const world = await startApp({ kind: 'centre' })
    await member(world, 'alpha', 'FR-21231')
    await member(world, 'bravo', 'FR-71076')
    const b = world.browser()
    await b.get('/associations?town=FR-71076')
    expect([b.hasLink('bravo'), b.hasLink('alpha')]).toEqual([true, false])
    await b.follow(fr('search.associations.all'))
    expect([b.hasLink('bravo'), b.hasLink('alpha')]).toEqual([true, true])
    await b.get('/associations?town=%27or%201')
    expect([b.hasLink('bravo'), b.hasLink('alpha')]).toEqual([true, true])
  })

  it('of one town alone, or of towns that no list knows, have no map and still a list', async () => {
    const world = await startApp({ kind: 'centre' })
    await member(world, 'alpha', 'FR-21231')
    await member(world, 'bravo', 'FR-99999')
    const b = world.browser()
    await b.get('/associations')
    expect(b.document.querySelector('main svg[role=img]')).toBeNull()
    expect([b.hasLink('bravo'), b.hasLink('alpha')]).toEqual([true, true])
  })
})

describe('the page of a member', () => {
  it.each([
    ['FR-21054', 'Beaune dans votre territoire'],
    ['FR-71076', 'Chalon-sur-Saône hors de votre territoire'],
  ] as const)('says where it is at home, and whether the territory holds %s', async (town, words) => {
    const world = await startApp({ kind: 'centre' })
    await member(world, 'alpha', town)
    const b = await world.signIn('farid')
    await b.get('/partners/alpha')
    expect(b.text).toContain(words)
  })
})

describe('the drawing', () => {
  const find = (code: string) => {
    const at = Number(code)
    return { latitude: 45 + (at % 20) / 10, longitude: 2 + at / 100 } as ReturnType<
      Parameters<typeof memberMap>[0]['find']
    >
  }
  it('has every circle inside, and no more of them than a page can carry', () => {
    const towns = Array.from({ length: 500 }, (_, at) => ({ code: String(at), name: `Commune ${at}`, count: 500 - at }))
    const map = memberMap({ find }, towns)!
    expect(map.dots).toHaveLength(MOST_TOWNS)
    for (const { x, y, r } of map.dots) {
      expect(x - r).toBeGreaterThanOrEqual(0)
      expect(x + r).toBeLessThanOrEqual(map.width)
      expect(y - r).toBeGreaterThanOrEqual(0)
      expect(y + r).toBeLessThanOrEqual(map.height)
    }
  })

  it('writes no name over another, and none beyond the edge', () => {
    const near = { find: (code: string) => ({ ...find('0')!, longitude: 2 + Number(code) / 1000 }) }
    const towns = ['0', '1', '900'].map((code) => ({ code, name: `Commune ${code}`, count: 1 }))
    const map = memberMap(near, towns)!
    expect(map.dots.map(({ name, anchor }) => [name, anchor])).toEqual([
      ['Commune 0', 'start'],
      ['', 'start'],
      ['Commune 900', 'end'],
    ])
  })

  it('holds when all lie at one point, or on one line', () => {
    const same = { find: () => find('3') }
    const towns = ['1', '2'].map((code) => ({ code, name: code, count: 1 }))
    expect(memberMap(same, towns)!.dots.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true)
    const line = { find: (code: string) => ({ ...find('0')!, longitude: Number(code) }) }
    expect(memberMap(line, towns)!.dots.map(({ x }) => x)).toEqual([48, 592])
  })
})

describe('members by what they are about', () => {
  const namesOf = (world: World, path: string) =>
    world
      .browser()
      .get(path)
      .then((b) => [...b.document.querySelectorAll('main li h2')].map((one) => one.textContent!.trim()))

  it('everybody finds them by sector, with a town or without, and each says its own', async () => {
    const world = await startApp({ kind: 'centre' })
    await member(world, 'pain', 'FR-21231', ['food', 'environment'])
    await member(world, 'soupe', 'FR-71076', ['food'])
    await member(world, 'muet', 'FR-21231')
    await member(world, 'autre', 'FR-21231', ['no_such_cause'])
    const b = await world.browser().get('/associations')
    const options = [...b.document.querySelectorAll('select[name=sector] option')].map((one) => one.textContent!.trim())
    expect(options).toEqual([
      fr('search.associations.all_sectors'),
      'Environnement et nature (1)',
      'Sécurité alimentaire (2)',
    ])
    expect(b.text).toContain('Environnement et nature')
    expect(await namesOf(world, '/associations?sector=food')).toEqual(['pain', 'soupe'])
    expect(await namesOf(world, '/associations?sector=food&town=FR-71076')).toEqual(['soupe'])
    expect(await namesOf(world, '/associations?sector=environment&town=FR-71076')).toEqual([])
    // What nobody is about asks for nothing.
    expect(await namesOf(world, '/associations?sector=sport')).toHaveLength(4)
    const none = await world.browser().get('/associations?sector=environment&town=FR-71076')
    expect(none.text).toContain(fr('search.associations.none_such'))
  })

  it('the team finds them by sector and state, in the list and in its file', async () => {
    const world = await startApp({ kind: 'centre' })
    for (const name of ['un', 'deux', 'trois', 'quatre']) await member(world, name, 'FR-21231', ['food'])
    await member(world, 'cinq', 'FR-21231', ['environment'])
    const set = (id: string, change: object) =>
      world.deps.db.updateTable('affiliations').set(change).where('id', '=', id).execute()
    await set('deux', { paused_at: world.clock.iso(), pause_reason: 'Appelez-nous.' })
    await set('trois', { state: 'ended', ended_at: world.clock.iso() })
    await set('quatre', { state: 'requested' })
    const farid = await world.signIn('farid')
    const shown = async (query: string) => {
      await farid.get(`/partners${query}`)
      return [...farid.document.querySelectorAll('main tbody tr a')].map((one) => one.textContent!.trim()).toSorted()
    }
    expect(await shown('')).toEqual(['cinq', 'deux', 'quatre', 'trois', 'un'])
    expect(await shown('?state=paused')).toEqual(['deux'])
    expect(await shown('?state=active')).toEqual(['cinq', 'un'])
    expect(await shown('?state=past')).toEqual(['trois'])
    expect(await shown('?state=requested&sector=food')).toEqual(['quatre'])
    expect(await shown('?sector=environment')).toEqual(['cinq'])
    expect(await shown('?state=no_such_state')).toHaveLength(5)
    const csv = await farid.get('/partners.csv?state=paused')
    expect(csv.html).toContain('deux')
    expect(csv.html).not.toContain('cinq')
    expect(await shown('?state=past&sector=environment')).toEqual([])
    expect(farid.text).toContain(fr('partners.list.none'))
  })
})
