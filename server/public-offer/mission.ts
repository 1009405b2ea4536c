// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer in the shape that the French national hub reads (API Engagement). It knows one language and less than we do,
// so `metadata`, a text of its sender's own there, holds what is open data here anyway.
import type { Gazetteer } from '../../db/reference/places.ts'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import { cut } from '../base/cut.ts'
import type { OfferContent, OfferPlace, TextMap } from '../model/offer/content.ts'
import { completeContent, fieldOf } from '../model/offer/fields.ts'
import { labels, ownLines, whenText, type Wording } from './words.ts'

/** What follows from the text of an offer. Undefined fields are left out. */
export type MissionText = {
  title: string
  description: string
  domain: string
  activities: string[]
  tags: string[]
  tasks: string[]
  audience: string[]
  requirements: string[]
  softSkills: string[]
  remote: 'no' | 'possible' | 'full'
  schedule: string
  startAt?: string | undefined
  endAt?: string | undefined
  places?: number | undefined
  openToMinors?: boolean | undefined
  reducedMobilityAccessible?: boolean | undefined
  addresses: MissionAddress[]
}
export type MissionAddress = {
  street?: string | undefined
  postalCode?: string | undefined
  city: string
  departmentCode?: string | undefined
  departmentName?: string | undefined
  region?: string | undefined
  country?: string | undefined
  location: { lat: number; lon: number } | null
}

export const MISSION_TYPE = 'benevolat'
const SOFTWARE = 'mainforte'
/** The hub refuses longer descriptions. */
const LONGEST = 20_000
const REMOTE: Record<string, MissionText['remote']> = { hybrid: 'possible', remote: 'full' }
const ADULT = 18

/** @param wording in French, without a day of today, so that the same offer has the same words on any day. */
export function missionText(wording: Wording, places: Pick<Gazetteer, 'find'>, content: OfferContent): MissionText {
  const { taxonomies } = wording
  const { min_age, accessible } = content
  return {
    title: french(content.title),
    description: cut(descriptionOf(wording, content), LONGEST),
    domain: codes(taxonomies, 'cause', content.causes.slice(0, 1))[0] ?? 'autre',
    activities: codes(taxonomies, 'activity', content.activities),
    tags: labels(wording, 'cause', content.causes),
    tasks: content.tasks.fr?.length ? content.tasks.fr : (content.tasks.en ?? []),
    audience: codes(taxonomies, 'beneficiary', content.beneficiaries),
    requirements: labels(wording, 'requirement', content.requirements),
    softSkills: labels(wording, 'skill', content.skills),
    remote: REMOTE[content.work_mode] ?? 'no',
    schedule: whenText(wording, content),
    startAt: content.starts_on ?? undefined,
    endAt: content.ends_on ?? undefined,
    places: content.capacity || undefined,
    openToMinors: min_age === null ? undefined : min_age < ADULT,
    reducedMobilityAccessible: accessible === 'unknown' ? undefined : accessible === 'yes',
    addresses: content.places.map((place) => addressOf(places, place, content.work_mode === 'at_beneficiary_home')),
  }
}

const french = (map: TextMap): string => map.fr || map.en || ''

/** Facts for which the hub has no field stand at the end. */
function descriptionOf(wording: Wording, content: OfferContent): string {
  const { summary, context, profile, support, practical } = content
  const facts = ownLines(wording, content).map(({ name, label, lines }) =>
    fieldOf(name).kind === 'flag' ? label : `${label} : ${lines.join(', ')}`,
  )
  return [...[summary, context, profile, support, practical].map(french), facts.join('\n')].filter(Boolean).join('\n\n')
}

function codes(taxonomies: Taxonomies, list: ListName, own: readonly string[]): string[] {
  const known = taxonomies.list(list)
  return [...new Set(own.flatMap((code) => known.find((term) => term.code === code)?.ae ?? []))]
}

/** @param isHome of a person who is helped: only its town is public. */
function addressOf(places: Pick<Gazetteer, 'find'>, place: OfferPlace, isHome: boolean): MissionAddress {
  const town = place.code ? places.find(place.code) : undefined
  const at = isHome || place.latitude === null || place.longitude === null ? town : place
  return {
    street: (!isHome && place.street) || undefined,
    postalCode: place.postalCode ?? undefined,
    city: place.name,
    departmentCode: town?.department?.replace(/^[A-Z]+-[A-Z]/, ''),
    departmentName: place.department ?? undefined,
    region: place.region ?? undefined,
    country: place.country ?? undefined,
    location: at ? { lat: at.latitude!, lon: at.longitude! } : null,
  }
}

/** The whole content, for another site of this software. */
export function metadataOf(content: OfferContent): string {
  const isHome = content.work_mode === 'at_beneficiary_home'
  const places = content.places.map((place) =>
    isHome ? { ...place, label: '', street: null, latitude: null, longitude: null } : place,
  )
  return JSON.stringify({ software: SOFTWARE, version: 1, offer: { ...content, places } })
}

/** Undefined when no site of this software wrote it. Nothing in it was checked. */
export function contentIn(metadata: unknown): OfferContent | undefined {
  if (typeof metadata !== 'string' || !metadata.startsWith('{')) return undefined
  try {
    const said = JSON.parse(metadata) as { software?: unknown; version?: unknown; offer?: unknown } | null
    return said?.software === SOFTWARE && said.version === 1 && typeof said.offer === 'object' && said.offer !== null
      ? completeContent(said.offer)
      : undefined
  } catch {
    return undefined
  }
}

/** Codes of the hub by our list, the first of our terms for each, and those that none of our terms is. */
export function ownCode(taxonomies: Taxonomies, list: 'cause' | 'activity' | 'beneficiary', code: string): string {
  const other = OTHERS[list]?.[code]
  return other ?? taxonomies.list(list).find((term) => term.ae === code)?.code ?? code
}

/** Where another of our terms than the first is nearest, or where the hub has a code for which we send another. */
const OTHERS: Partial<Record<ListName, Record<string, string>>> = {
  cause: { 'solidarite-insertion': 'poverty', 'vivre-ensemble': 'community', 'benevolat-competences': 'other' },
  activity: {
    autre: 'other',
    logistique: 'logistics',
    'activites-manuelles': 'handiwork',
    'aide-psychologique': 'listening',
    'encadrement-d-equipes': 'coaching',
    'lutte-contre-isolement': 'visits',
    'mission-internationale': 'other',
  },
  beneficiary: {},
}
