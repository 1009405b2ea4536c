// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer as it is exchanged: its content (the fields are listed in fields.ts), how open it is, and whose it is.
import type { ContentOf } from './fields.ts'

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
export type OfferContent = ContentOf

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
