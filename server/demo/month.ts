// SPDX-License-Identifier: AGPL-3.0-or-later
// Days are counted from today: -3 is three days ago.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Right } from '../model/rights.ts'
import type { Role } from '../model/viewer.ts'

export type DemoPerson = { login: string; given: string; family: string; roles: Role[] }
export type DemoOffer = {
  key: string
  when: 'early' | 'late' | 'draft'
  /** What the centre's moderator decides; '' leaves it waiting. */
  decision?: '' | 'accept' | 'refuse' | 'ask'
  reason?: string
  note?: string
  closed?: string
  /** The summary after a later change, which waits for the moderator. */
  edit?: string
  title: string
  summary: string
  tasks: string[]
  context: string
  profile: string
  support: string
  causes: string[]
  activities: string[]
  commitment: string
  /** On which it takes place. */
  day?: number
  frequency?: string
  minutes: number
  slots?: string[]
  place?: string
  label?: string
  remote?: boolean
  capacity: number | null
}
export type DemoApplication = {
  offer: string
  given: string
  family: string
  email: string
  day: number
  message: string
  then: '' | 'accept' | 'take' | 'decline' | 'withdraw' | 'unconfirmed'
  /** Days until then; the next one when it is not said. */
  after?: number
  /** To an offer of one day. */
  came?: boolean
}
/**
 * `who`: what stands before the @ of somebody of `people`, or of an accepted application. `category`: its French label,
 * the first one when there is none. `offer`: its key; only of one for which they were accepted.
 */
type DemoLine = { who: string; minutes: number; category?: string; project?: string; offer?: string }
export type DemoHours = DemoLine & { day: number; waiting?: boolean; returned?: string }
/** The same line again and again in the year before this one. `from`: MM-DD. `every`: days. */
export type DemoYear = DemoLine & { from: string; every: number; times: number }
export type DemoTrip = {
  who: string
  day: number
  km: number
  way: string
  choice: 'reimburse' | 'waive'
  project?: string
  waiting?: boolean
}
export type DemoInstance = {
  key: string
  kind: 'association' | 'centre'
  handle: string
  name: string
  mission: { fr: string; en: string }
  place: string
  locale: 'fr' | 'fr-CA' | 'en'
  locales: ('fr' | 'fr-CA' | 'en')[]
  currency: 'EUR' | 'CAD'
  time_zone: string
  country: 'FR' | 'CA'
  contact_name: string
  /** Shown to the public: a role, not a name. */
  contact_label?: string
  contact_phone: string
  contact_email: string
  contact_hours: string
  territory: string[]
  /** Codes of causes. */
  sectors: string[]
  legal_identifiers?: { scheme: 'FR-RNA' | 'FR-SIREN'; value: string }[]
  theme: string
  people: DemoPerson[]
  rates?: { cents: number; from: string; source: string }[]
  projects?: string[]
  last_year?: DemoYear[]
  hours?: DemoHours[]
  trip_rate?: { mills: number; from: string; source: string }
  trips?: DemoTrip[]
  /** `governing`: labels of activities. `told`, `declared`: people of the year before. */
  cec?: { governing: string[]; told: string[]; declared: string[] }
  teams?: { name: string; people: string[] }[]
  /** Roles that the association composed. */
  own_roles?: { name: string; rights: Right[] }[]
  /** `role`: of the product, or the name of one that was composed. `of`: the name of a project or team. */
  limited?: { who: string; role: string; of: string }[]
  offers?: DemoOffer[]
  applications?: DemoApplication[]
}
export type Month = { password: string; centre: DemoInstance; associations: DemoInstance[] }

export function readMonth(): Month {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'month.json'), 'utf8')) as Month
}
