// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre's offers in any number: French texts, codes and towns as believable offers have them, from a seed.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { inTransaction, openDb } from '../../db/open.ts'
import { openGazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies, type ListName } from '../../db/reference/taxonomies.ts'
import { systemClock } from '../../server/base/clock.ts'
import { putListing } from '../../server/public-offer/listing.ts'
import type { OfferContent, PublicOffer } from '../../server/model/offer/content.ts'
import { samplePublicOffer } from './offers.ts'
import { randomFrom, type Random } from './random.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-28T08:00:00.000Z')
const IN_ONE_COMMIT = 1000
/** Of a hundred offers so many are online. */
const ONLINE = 95
export const SIZE_NOW = new Date(NOW).toISOString()

const WHAT = (
  'Lire des histoires aux enfants|Aider aux devoirs|Visiter des personnes âgées|Accompagner une sortie en forêt|' +
  'Trier des vêtements|Servir des repas chauds|Tenir la buvette|Réparer des vélos|Planter une haie|' +
  'Conduire des personnes au marché|Parler français autour d’un café|Monter une exposition|Arbitrer un tournoi|' +
  'Classer les archives|Accueillir au guichet|Animer un atelier d’écriture|Nettoyer les berges|Jardiner en famille'
).split('|')
const WHERE = (
  'à l’école|au centre social|à la médiathèque|au jardin partagé|à la résidence|au local|à la salle paroissiale|' +
  'au gymnase|à la maison de quartier|au bord du canal'
).split('|')
const WORDS = (
  'nous vous accueillons chaque semaine avec plaisir dans une équipe attentive et joyeuse qui connaît bien le quartier ' +
  'les habitants viennent pour apprendre partager rencontrer leurs voisins et passer un moment ensemble vous préparez ' +
  'le matériel ouvrez la porte proposez une activité rangez après la séance puis buvez un café avec la coordination ' +
  'aucune expérience demandée patience écoute sourire et ponctualité suffisent une formation courte a lieu le samedi'
).split(' ')
/** Each in one of two thousand offers. */
const RARE = 'accordéon apiculture braille calligraphie dentelle escalade flûte généalogie harmonica kayak'.split(' ')

type Town = { code: string; latitude: number; longitude: number; upTo: number }
type Source = { random: Random; towns: Town[]; codes: (list: ListName) => string[] }

/** Towns with the sum of the inhabitants of all before them, so that large ones are chosen more often. */
function readTowns(): Town[] {
  const file = new Database(join(import.meta.dirname, '../../db/reference/places.sqlite'), { readonly: true })
  const rows = file
    .prepare('SELECT code, latitude, longitude, population FROM places WHERE population > 0 ORDER BY code')
    .all()
  file.close()
  let upTo = 0
  return (rows as (Town & { population: number })[]).map((town) => ({ ...town, upTo: (upTo += town.population) }))
}

function townOf({ random, towns }: Source): Town {
  const wanted = random.next() * towns.at(-1)!.upTo
  let [low, high] = [0, towns.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (towns[middle]!.upTo <= wanted) low = middle + 1
    else high = middle
  }
  return towns[low]!
}

function sentence(random: Random, words: number): string {
  const text = Array.from({ length: words }, () => random.one(WORDS)).join(' ')
  const about = random.next() < 0.45 ? ' pour les enfants' : ''
  const rare = random.next() < RARE.length / 2000 ? ` avec ${random.one(RARE)}` : ''
  return `${text[0]!.toUpperCase()}${text.slice(1)}${about}${rare}.`
}

function contentOf(source: Source, base: OfferContent): OfferContent {
  const { random, codes } = source
  const place = (town: Town) => ({
    ...base.places[0]!,
    ...town,
    name: '',
    label: random.one(WHERE),
    precision: 'municipality' as const,
  })
  const isRemote = random.next() < 0.06
  const towns = Array.from({ length: isRemote ? 0 : random.next() < 0.1 ? 2 : 1 }, () => place(townOf(source)))
  const commitment = random.one(codes('commitment'))
  return {
    ...base,
    title: { fr: `${random.one(WHAT)} ${random.one(WHERE)}` },
    summary: { fr: sentence(random, 14) },
    context: { fr: sentence(random, 25 + Math.floor(random.next() * 20)) },
    tasks: { fr: [sentence(random, 8), sentence(random, 9)] },
    profile: { fr: sentence(random, 12) },
    support: { fr: sentence(random, 12) },
    causes: random.several(codes('cause'), 1 + Math.floor(random.next() * 2)),
    activities: random.several(codes('activity'), 1),
    beneficiaries: random.several(codes('beneficiary'), 1),
    skills: random.several(codes('skill'), 1),
    commitment,
    frequency: commitment === 'regular' ? random.one(['weekly', 'biweekly', 'monthly']) : null,
    minutes_per_session: random.one([30, 45, 60, 90, 120, 180, 240, null]),
    work_mode: isRemote ? 'remote' : 'on_site',
    places: towns,
    capacity: random.one([null, 1, 2, 3, 4, 6, 10, 20]),
    min_age: random.one([null, null, 16, 18, 18]),
    accessible: random.one(['yes', 'no', 'unknown'] as const),
    group_ok: random.next() < 0.2,
  }
}

function offerOf(source: Source, number: number): PublicOffer {
  const { random } = source
  const host = `https://a${number % 2000}.example`
  const published = new Date(NOW - 1000 * Math.floor((random.next() * 25 * DAY) / 1000)).toISOString()
  const until = random.next() * 100 < ONLINE ? NOW + DAY * (20 + random.next() * 300) : NOW - DAY * random.next() * 30
  const base = samplePublicOffer({
    name: String(number),
    updatedAt: published,
    association: { uri: `${host}/actor`, name: `Association ${number % 2000} du quartier`, url: `${host}/` },
  })
  const content = contentOf(source, base.content)
  return {
    ...base,
    content,
    published_at: published,
    standing: {
      applications: 'open',
      status: 'confirmed',
      remaining: content.capacity,
      publish_from: published,
      publish_until: new Date(until).toISOString(),
    },
  }
}

/**
 * Writes offers of 2 000 members into the public list, as the product writes them; `SIZE_NOW` is the day on which they
 * are online. The same seed gives the same offers.
 */
export async function fillListings(
  connection: Database.Database,
  { count, seed }: { count: number; seed: number },
): Promise<void> {
  const db = openDb(connection)
  const taxonomies = loadTaxonomies()
  const gazetteer = openGazetteer()
  const found = new Map<string, ReturnType<typeof gazetteer.find>>()
  const find = (code: string) => {
    if (!found.has(code)) found.set(code, gazetteer.find(code))
    return found.get(code)
  }
  const places = { ...gazetteer, find }
  const lists = new Map<ListName, string[]>()
  const codes = (list: ListName) => {
    const known = lists.get(list) ?? taxonomies.list(list).map(({ code }) => code)
    lists.set(list, known)
    return known
  }
  const source = { random: randomFrom(seed), towns: readTowns(), codes }
  const clock = systemClock()
  for (let from = 0; from < count; from += IN_ONE_COMMIT) {
    await inTransaction(db, async (tx) => {
      for (let number = from; number < Math.min(from + IN_ONE_COMMIT, count); number++) {
        const offer = offerOf(source, number)
        await putListing(tx, { taxonomies, places, clock }, { offer, origin: 'member', approvedAt: offer.published_at })
      }
    })
  }
  gazetteer.close()
}
