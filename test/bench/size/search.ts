// SPDX-License-Identifier: AGPL-3.0-or-later
// Ten thousand, a hundred thousand and a million offers: what do the public's pages cost?
import Database from 'better-sqlite3'
import { fillListings } from '../../support/size.ts'
import { randomFrom } from '../../support/random.ts'
import type { Figure } from '../run.ts'
import { takeInFigure } from './take-in.ts'
import { startFilled, type Running } from './folder.ts'
import { measureFloor } from './floor.ts'
import { load, measure, round, type Asked, type Times } from './load.ts'

const SEED = 20_261_128
const SIZES = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 }
type Size = keyof typeof SIZES

export const SEARCH = {
  '10k': ['search_10k_p99_ms'],
  '100k': [
    'search_100k_p99_ms',
    'search_100k_per_second',
    'front_100k_p99_ms',
    'offer_page_100k_p99_ms',
    'feed_100k_p99_ms',
    'take_in_offer_p99_ms',
  ],
  '1m': ['search_1m_p99_ms'],
} as const satisfies Record<Size, string[]>

const TOWNS = 'Lyon Marseille Lille Nantes Toulouse Dijon Rennes Montréal Beaune Auxerre Chalon-sur-Saône Vesoul'.split(
  ' ',
)
const WORDS = 'enfants quartier jardin repas lecture vélo'.split(' ')
const CAUSES = 'education food environment'.split(' ')
const AREAS = 'FR-R27 FR-R84 FR-R11 QC-06'.split(' ')

/** The mixture of the contract. Addresses differ from one request to the next, so that what is kept helps as it would. */
const mixture = (): Record<string, Asked[]> => {
  const paths = (queries: string[]) => queries.map((query) => ({ path: `/offers${query && `?${query}`}` }))
  const q = encodeURIComponent
  return {
    plain: paths(['']),
    'a common word': paths(WORDS.map((word) => `q=${q(word)}`)),
    'a town with radius': paths(TOWNS.map((town) => `place=${q(town)}&radius=20`)),
    'word, town and cause': paths(
      TOWNS.map((town, at) => `q=enfants&place=${q(town)}&radius=20&cause=${CAUSES[at % 3]}`),
    ),
    'an area with counts': paths(AREAS.map((area) => `region=${area}`)),
    'page 100': paths(['page=100']),
  }
}

type Page = { name: string; ours: Times; floor: Times }

/** @returns one figure for the worst page, with all of them in its note, and the floor under that page. */
function worst(name: string, pages: Page[]): Figure[] {
  const { name: slowest, ours, floor } = pages.toSorted((a, b) => b.ours.p99 - a.ours.p99)[0]!
  const each = pages.map(
    (page) =>
      `${page.name} ${round(page.ours.p50)} / ${round(page.ours.p99)}, ${round(page.ours.p50 / page.floor.p50)} × the floor (n ${page.ours.n})`,
  )
  const note = `p99 of the slowest kind of page (${slowest}), one kept connection, up to 300 requests or 8 s each. p50 / p99: ${each.join('; ')}; ${load()}`
  return [{ name, value: round(ours.p99), unit: 'ms', note }, floorFigure(name, ours, floor, slowest)]
}

const floorFigure = (name: string, ours: Times, floor: Times, of: string): Figure => ({
  name,
  peer: 'floor',
  value: round(floor.p99),
  unit: 'ms',
  ratio: round(ours.p50 / floor.p50),
  note: `the same bytes by primary key through express and better-sqlite3 (${of}), p50 ${round(floor.p50)} ms, n ${floor.n}; ratio: our p50 / theirs`,
})

async function measurePages(url: string, kinds: Record<string, Asked[]>): Promise<Page[]> {
  const pages: Page[] = []
  for (const [name, asked] of Object.entries(kinds)) {
    const ours = await measure(url, asked)
    pages.push({ name, ours, floor: await measureFloor(url, asked) })
  }
  return pages
}

/** Of a hundred offers by chance. */
function offerPages({ file }: Running): Asked[] {
  const db = new Database(file, { readonly: true })
  const find = db.prepare('SELECT public_id FROM listings WHERE id >= ? ORDER BY id LIMIT 1').pluck()
  const last = db.prepare('SELECT max(id) FROM listings').pluck().get() as number
  const { next } = randomFrom(SEED)
  const asked = Array.from({ length: 100 }, () => ({
    path: `/offers/${find.get(1 + Math.floor(next() * (last - 1)))}`,
  }))
  db.close()
  return asked
}

async function simple(name: string, running: Running, asked: Asked[]): Promise<Figure[]> {
  const { ours, floor } = (await measurePages(running.url, { [name]: asked }))[0]!
  const note = `p50 ${round(ours.p50)} ms, n ${ours.n}, one kept connection; ${load()}`
  return [{ name, value: round(ours.p99), unit: 'ms', note }, floorFigure(name, ours, floor, name)]
}

/** Eight people at a time, each kind of page as often as the others. */
async function perSecond(running: Running): Promise<Figure[]> {
  const kinds = Object.values(mixture())
  const asked = Array.from({ length: 120 }, (_, at) => {
    const kind = kinds[at % kinds.length]!
    return kind[Math.floor(at / kinds.length) % kind.length]!
  })
  const how = { connections: 8, most: 100_000, seconds: 8 }
  const ours = await measure(running.url, asked, how)
  const floor = await measureFloor(running.url, asked, how)
  const name = 'search_100k_per_second'
  const note = `the mixture in turn, eight kept connections, 8 s; p50 ${round(ours.p50)}, p99 ${round(ours.p99)} ms; ${load()}`
  return [
    { name, value: round(ours.perSecond), unit: 'requests/s', note },
    {
      name,
      peer: 'floor',
      value: round(floor.perSecond),
      unit: 'requests/s',
      ratio: Math.round((ours.perSecond / floor.perSecond) * 1000) / 1000,
      note: 'the same bytes by primary key through express and better-sqlite3; ratio: ours / theirs',
    },
  ]
}

export async function searchFigures(size: Size, wanted: (name: string) => boolean): Promise<Figure[]> {
  const count = SIZES[size]
  const fill = (connection: Database.Database) => fillListings(connection, { count, seed: SEED })
  const folder = `listings-${size}`
  const figures: Figure[] = []
  if (size === '100k' && wanted('take_in_offer_p99_ms')) figures.push(await takeInFigure(folder, fill))
  const running = await startFilled(folder, fill)
  try {
    if (wanted(`search_${size}_p99_ms`))
      figures.push(...worst(`search_${size}_p99_ms`, await measurePages(running.url, mixture())))
    if (size !== '100k') return figures
    if (wanted('search_100k_per_second')) figures.push(...(await perSecond(running)))
    if (wanted('front_100k_p99_ms')) figures.push(...(await simple('front_100k_p99_ms', running, [{ path: '/' }])))
    if (wanted('offer_page_100k_p99_ms'))
      figures.push(...(await simple('offer_page_100k_p99_ms', running, offerPages(running))))
    if (wanted('feed_100k_p99_ms')) {
      const feeds = ['/offers.atom', '/offers.json', '/offers.ics', '/offers.atom?place=Dijon'].map((path) => ({
        path,
      }))
      figures.push(...(await simple('feed_100k_p99_ms', running, feeds)))
    }
  } finally {
    await running.end()
  }
  return figures
}
