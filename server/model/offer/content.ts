// SPDX-License-Identifier: AGPL-3.0-or-later
// What an offer says (product/offers §6). The same shape is stored, shown, federated and compared.

export type TextMap = { fr?: string; en?: string }
export type OfferPlace = {
  code: string | null
  /** A free label: « Salle paroissiale ». */
  label: string
  name: string
  /** Names, as an address says them; their codes follow from `code`. */
  region: string | null
  department: string | null
  country: 'FR' | 'CA' | null
  postalCode: string | null
  street: string | null
  latitude: number | null
  longitude: number | null
  precision: 'exact' | 'municipality'
}
export type OfferContent = {
  title: TextMap
  summary: TextMap
  context: TextMap
  tasks: { fr?: string[]; en?: string[] }
  profile: TextMap
  support: TextMap
  practical: TextMap
  causes: string[]
  activities: string[]
  beneficiaries: string[]
  skills: string[]
  requirements: string[]
  benefits: string[]
  commitment: string
  frequency: string | null
  minutes_per_session: number | null
  sessions_expected: number | null
  starts_on: string | null
  ends_on: string | null
  /** Weekday and part of day, as the lists name them: `saturday-morning`. */
  slots: string[]
  work_mode: string
  places: OfferPlace[]
  capacity: number | null
  group_ok: boolean
  min_age: number | null
  accessible: 'yes' | 'no' | 'unknown'
  compensation: string
  /** What the public reads: a role or a first name, never an address. */
  contact_label: string
  /** `form`: our own, at its home; `link`: on the page of another kind of site. */
  apply_mode: 'form' | 'link'
  language: ('fr' | 'en')[]
}

/** What may change at once, without approval: how open the offer still is. */
export type OfferStanding = {
  applications: 'open' | 'closed' | 'full'
  status: 'confirmed' | 'cancelled'
  remaining: number | null
  publish_from: string
  publish_until: string
}

/** What travels between instances. */
export type PublicOffer = {
  uri: string
  url: string
  revision: number
  content_hash: string
  published_at: string
  updated_at: string
  content: OfferContent
  standing: OfferStanding
  association: { uri: string; name: string; url: string; mission: string }
}
