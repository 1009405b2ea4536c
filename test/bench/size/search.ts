// SPDX-License-Identifier: AGPL-3.0-or-later
// Ten thousand, a hundred thousand and a million offers: what do the public's pages cost?
import Database from 'better-sqlite3'
import { fillListings } from '../../support/size.ts'
import { randomFrom } from '../../support/random.ts'
import type { Figure } from '../run.ts'
import { takeInFigure } from './take-in.ts'
import { startFilled, type Running } from './folder.ts'
import { measureFloor } from './floor.ts'
import { pause, residentMb } from '../instance.ts'
import { inTurn, load, measure, neverAsked, round, type Asked, type Times } from './load.ts'

const SEED = 20_261_128
const SIZES = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 }
type Size = keyof typeof SIZES

export const SEARCH = {
  '10k': ['search_10k_p99_ms'],
  '100k': [
    'search_100k_p99_ms',
    'search_100k_per_second',
    'search_100k_unkept_per_second',
    'search_100k_2_readers_per_second',
    'storm_100k_per_second',
    'storm_rss_mb',
    'storm_rss_after_mb',
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
  const note = `p99 of the slowest kind of page (${slowest}), none of them kept, one connection, up to 300 requests or 8 s each. p50 / p99: ${each.join('; ')}; ${load()}`
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
    const ours = await measure(url, neverAsked(asked))
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
  const kept = await measure(running.url, asked)
  const note = `not kept: p50 ${round(ours.p50)} ms, n ${ours.n}; kept: p50 ${round(kept.p50)}, p99 ${round(kept.p99)} ms; one connection; ${load()}`
  return [{ name, value: round(ours.p99), unit: 'ms', note }, floorFigure(name, ours, floor, name)]
}

/** Each kind of page as often as the others. */
function mixed(): Asked[] {
  const kinds = Object.values(mixture())
  return Array.from({ length: 120 }, (_, at) => {
    const kind = kinds[at % kinds.length]!
    return kind[Math.floor(at / kinds.length) % kind.length]!
  })
}

const EIGHT = { connections: 8, most: 100_000, seconds: 8 }

/** Eight people at a time. */
async function perSecond(name: string, running: Running, pages: Parameters<typeof measure>[1], how: string) {
  const ours = await measure(running.url, pages, EIGHT)
  const note = `the mixture in turn, ${how}; eight connections, 8 s; p50 ${round(ours.p50)}, p99 ${round(ours.p99)} ms; ${load()}`
  return { name, value: round(ours.perSecond), unit: 'requests/s', note }
}

async function floorPerSecond(running: Running): Promise<Figure> {
  const floor = await measureFloor(running.url, mixed(), EIGHT)
  const note = 'the same bytes by primary key through express and better-sqlite3'
  return { name: 'search_100k_per_second', peer: 'floor', value: round(floor.perSecond), unit: 'requests/s', note }
}

const STORM_SECONDS = 60

/** A minute of visitors: half of what they ask for was never asked for before. */
async function storm(running: Running): Promise<Figure[]> {
  const pages = [...mixed().slice(0, 60), ...offerPages(running).slice(0, 30), ...inRow(10, { path: '/' })]
  const [again, never] = [inTurn(pages), neverAsked(pages)]
  function* both(): Generator<Asked, never> {
    for (;;) yield* [again.next().value, never.next().value]
  }
  let most = 0
  const looking = setInterval(() => (most = Math.max(most, residentMb(running.pid))), 250)
  const how = { connections: 8, most: 1_000_000, seconds: STORM_SECONDS }
  const ours = await measure(running.url, both(), how)
  clearInterval(looking)
  await pause(STORM_SECONDS * 1000)
  const note = `searches, offers and the front page, half of them at addresses never asked for before; 2 000 members; eight connections, ${STORM_SECONDS} s; p50 ${round(ours.p50)}, p99 ${round(ours.p99)} ms; ${load()}`
  return [
    { name: 'storm_100k_per_second', value: round(ours.perSecond), unit: 'requests/s', note },
    { name: 'storm_rss_mb', value: round(most), unit: 'MB', note: 'most of VmRSS meanwhile' },
    { name: 'storm_rss_after_mb', value: round(residentMb(running.pid)), unit: 'MB', note: 'VmRSS a minute later' },
  ]
}

const inRow = (count: number, asked: Asked): Asked[] => Array.from({ length: count }, () => asked)

/** With one that writes beside them. */
async function withTwoReaders(...filled: Parameters<typeof startFilled>): Promise<Figure> {
  const running = await startFilled(filled[0], filled[1], { WEB_PROCESSES: '3' })
  try {
    return await perSecond('search_100k_2_readers_per_second', running, neverAsked(mixed()), 'none kept, two readers')
  } finally {
    await running.end()
  }
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
    if (wanted('search_100k_per_second')) {
      figures.push(await perSecond('search_100k_per_second', running, mixed(), 'kept after the first time'))
      figures.push(await floorPerSecond(running))
    }
    if (wanted('search_100k_unkept_per_second'))
      figures.push(await perSecond('search_100k_unkept_per_second', running, neverAsked(mixed()), 'none kept'))
    if (wanted('front_100k_p99_ms')) figures.push(...(await simple('front_100k_p99_ms', running, [{ path: '/' }])))
    if (wanted('offer_page_100k_p99_ms'))
      figures.push(...(await simple('offer_page_100k_p99_ms', running, offerPages(running))))
    if (wanted('feed_100k_p99_ms')) {
      const feeds = ['/offers.atom', '/offers.json', '/offers.ics', '/offers.atom?place=Dijon'].map((path) => ({
        path,
      }))
      figures.push(...(await simple('feed_100k_p99_ms', running, feeds)))
    }
    if (SEARCH['100k'].filter((name) => name.startsWith('storm')).some(wanted)) figures.push(...(await storm(running)))
  } finally {
    await running.end()
  }
  if (wanted('search_100k_2_readers_per_second')) figures.push(await withTwoReaders(folder, fill))
  return figures
}
