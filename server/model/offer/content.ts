// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer as instances exchange it; the fields of its content are listed in fields.ts.
import type { ContentOf } from './fields.ts'
import type { ClosedWhy } from './standing.ts'

export type TextMap = { fr?: string; en?: string }
export type OfferPlace = {
  code: string | null
  /** A free label: « Salle paroissiale ». */
  label: string
  name: string
  /** Names, as in an address; their codes follow from `code`. */
  region: string | null
  department: string | null
  country: 'FR' | 'CA' | null
  postalCode: string | null
  street: string | null
  latitude: number | null
  longitude: number | null
  precision: 'exact' | 'municipality'
}
/** `url`: where the home of the offer serves it. */
export type OfferPicture = { url: string; width: number; height: number; alt: TextMap }
/** A PDF. `bytes`: how large it is. */
export type OfferSheet = { url: string; name: string; bytes: number }
export type OfferContent = ContentOf

/** What may change at once, without approval. */
export type OfferStanding = {
  applications: 'open' | 'closed' | 'full'
  status: 'confirmed' | 'cancelled'
  remaining: number | null
  publish_from: string
  publish_until: string
}

export type PublicOffer = {
  uri: string
  url: string
  revision: number
  content_hash: string
  published_at: string
  updated_at: string
  /** Of received offers: the instant at which their home says that they begin. */
  starts_at?: string
  content: OfferContent
  standing: OfferStanding
  /** Of our own offers only: why nobody can apply. */
  closed_why?: ClosedWhy
  association: { uri: string; name: string; url: string; mission: string; sectors?: string[] }
}
