// SPDX-License-Identifier: AGPL-3.0-or-later
// A public list of any size, made from a seed and written as the product writes it: what a centre of a country would
// show. The same seed gives the same offers.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { inTransaction, openDb } from '../../db/open.ts'
import { openGazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies, type ListName } from '../../db/reference/taxonomies.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent, OfferPlace, PublicOffer } from '../../server/model/offer/content.ts'
import { putListing } from '../../server/public-offer/listing.ts'

/** A word that half of the offers have, and one that one in two thousand has. */
export const COMMON_WORD = 'enfants'
export const RARE_WORD = 'harmonica'

const AT_ONCE = 500
const DAY = 86_400_000
const TOWNS = 8_000

/**
 * Adds `count` offers of a member each, of `members` associations: texts of about a hundred words, some ten codes,
 * 1.1 towns by population, one in six in Québec, 95 in a hundred online at `now`.
 * @param from number of the first offer; another one adds to those of before.
 */
export async function fillListings(
  connection: Database.Database,
  {
    count,
    seed,
    now,
    members = 2_000,
    from = 0,
  }: { count: number; seed: number; now: Date; members?: number; from?: number },
): Promise<void> {
  const db = openDb(connection)
  const deps = { places: openGazetteer(), taxonomies: loadTaxonomies() }
  const make = offerMaker(deps.taxonomies, seed, now, members)
  for (let at = from; at < from + count; at += AT_ONCE) {
    await inTransaction(db, async (tx) => {
      for (let number = at; number < Math.min(at + AT_ONCE, from + count); number++)
        await putListing(tx, deps, {
          offer: make(number),
          origin: 'member',
          approvedAt: now.toISOString(),
          via: 'to.ken',
        })
    })
  }
  deps.places.close()
}

/** Numbers from 0 to 1 that the seed decides (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Taxonomies = ReturnType<typeof loadTaxonomies>
type Random = () => number

function offerMaker(taxonomies: Taxonomies, seed: number, now: Date, members: number) {
  const makeContent = contentMaker(taxonomies)
  const midnight = Math.floor(now.getTime() / DAY) * DAY
  return (number: number): PublicOffer => {
    const random = randomOf(seed * 1_000_003 + number)
    const member = Math.floor(random() * members)
    const host = `https://association-${member}.example`
    const uri = `${host}/offers/${number}`
    const published = new Date(now.getTime() - Math.floor(random() * 300 * DAY)).toISOString()
    // Windows end with a day, so that many end together.
    const last = (random() < 0.95 ? 1 : -1) * Math.ceil(random() * 90)
    const content = makeContent(random, number)
    return {
      uri,
      url: uri,
      revision: 1,
      content_hash: '',
      published_at: published,
      updated_at: published,
      content,
      standing: {
        applications: random() < 0.96 ? 'open' : 'full',
        status: 'confirmed',
        remaining: content.capacity,
        publish_from: published,
        publish_until: new Date(midnight + last * DAY).toISOString(),
      },
      association: { uri: `${host}/actor`, name: `Association ${member}`, url: `${host}/`, mission: 'Ensemble.' },
    }
  }
}

function contentMaker(taxonomies: Taxonomies): (random: Random, number: number) => OfferContent {
  const towns = readTowns()
  const words = makeWords(randomOf(7))
  return (random, number) => {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const one = (list: ListName) => pick(taxonomies.list(list)).code
    const some = (list: ListName, most: number) => [
      ...new Set(Array.from({ length: 1 + Math.floor(random() * most) }, () => one(list))),
    ]
    // Words are as unevenly frequent as in any language.
    const text = (length: number) =>
      Array.from({ length }, () => words[Math.floor(random() ** 3 * words.length)]).join(' ')
    const special = `${random() < 0.52 ? ` ${COMMON_WORD}` : ''}${number % 2_000 === 3 ? ` ${RARE_WORD}` : ''}`
    const mode = random() < 0.08 ? 'remote' : pick(['on_site', 'on_site', 'hybrid', 'at_beneficiary_home'])
    return {
      ...emptyContent(),
      title: { fr: text(5) },
      summary: { fr: text(15) },
      context: { fr: `${text(30 + Math.floor(random() * 30))}${special}` },
      profile: { fr: text(15) },
      tasks: { fr: [text(8), text(8)] },
      causes: some('cause', 2),
      activities: some('activity', 3),
      beneficiaries: some('beneficiary', 2),
      commitment: one('commitment'),
      frequency: pick(['weekly', 'weekly', 'monthly', 'biweekly', null]),
      minutes_per_session: pick([60, 120, 180, 240, null]),
      work_mode: mode,
      min_age: random() < 0.3 ? 18 : null,
      accessible: random() < 0.4 ? 'yes' : 'unknown',
      group_ok: random() < 0.2,
      capacity: random() < 0.5 ? 1 + Math.floor(random() * 12) : null,
      places: mode === 'remote' ? [] : Array.from({ length: random() < 0.9 ? 1 : 2 }, () => towns(random)),
      language: ['fr'],
    }
  }
}

/** Three thousand words that look like French and are none. */
function makeWords(random: Random): string[] {
  const syllables =
    'ba bou cha che co da di é fa fle ga gri ja la li ma me mi na no pa pre ra re sa si son ta tou va vi'.split(' ')
  return Array.from({ length: 3_000 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * syllables.length)]).join(
      '',
    ),
  )
}

/** Draws a town by population; five in six times in France. */
function readTowns(): (random: Random) => OfferPlace {
  const file = new Database(join(import.meta.dirname, '../../db/reference/places.sqlite'), { readonly: true })
  const read = (like: string) => {
    const rows = file
      .prepare(
        `SELECT code, name, population FROM places WHERE code LIKE ? ORDER BY population DESC, code LIMIT ${TOWNS}`,
      )
      .all(like) as { code: string; name: string; population: number }[]
    let sum = 0
    return { rows, sums: rows.map(({ population }) => (sum += Math.max(population, 100))) }
  }
  const [france, quebec] = [read('FR-%'), read('QC-%')]
  file.close()
  return (random) => {
    const { rows, sums } = random() < 5 / 6 ? france : quebec
    const wanted = random() * sums.at(-1)!
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sums[middle]! < wanted) low = middle + 1
      else high = middle
    }
    const { code, name } = rows[low]!
    const country = code.startsWith('FR') ? ('FR' as const) : ('CA' as const)
    const unsaid = { region: null, department: null, postalCode: null, street: null, latitude: null, longitude: null }
    return { code, label: '', name, country, ...unsaid, precision: 'municipality' }
  }
}
