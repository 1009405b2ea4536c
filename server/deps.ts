// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Config } from '../config/env.ts'
import type { Db } from '../db/open.ts'
import type { OwnPlace } from '../db/reference/own-places.ts'
import type { Gazetteer } from '../db/reference/places.ts'
import type { Taxonomies } from '../db/reference/taxonomies.ts'
import type { Clock } from './base/clock.ts'
import type { Log } from './base/log.ts'
import type { Secrets } from './base/secrets.ts'
import type { Memory } from './memory.ts'
import type { OfferSearch } from './offer-search/offer-search.ts'
import type { Commits } from './queue/commits.ts'
import type { I18n } from './text/i18n.ts'
import type { MessageKey } from './text/message-keys.ts'
import type { Views } from './text/render.ts'

export type Partner = {
  uri: string
  name: string
  url: string
  summary: string
  role: 'association' | 'centre' | 'both' | 'other'
}

export type LookUp = (address: string) => Promise<{ ok: true; partner: Partner } | { ok: false; reason: MessageKey }>
/** `url`: the address that answered, after redirects; undefined when nothing usable came. */
export type ReadText = (url: string) => Promise<{ url: string; text: string } | undefined>
/** Looks up a typed address (`centre.example`) over the network, and reads what stands at an address of another site. */
export type Directory = {
  lookUp: LookUp
  readText: ReadText
  /** As answerWith. Without it nothing is read. */
  readWith(readText: ReadText): void
  /** Called once by the federation when the instance is composed. Without it every look-up is refused. */
  answerWith(lookUp: LookUp): void
}

/** What this instance has added to its list of towns; `places` finds it from then on. */
export type OwnPlaces = {
  add(place: OwnPlace): Promise<void>
  /** Does nothing when it is not there. */
  remove(code: string): void
}

export type Deps = {
  config: Config
  db: Db
  clock: Clock
  /** Time-ordered (UUID v7), made before the row so that its URL is known. */
  newId: () => string
  log: Log
  places: Gazetteer
  ownPlaces: OwnPlaces
  taxonomies: Taxonomies
  secrets: Secrets
  commits: Commits
  i18n: I18n
  views: Views
  directory: Directory
  memory: Memory
  offerSearch: OfferSearch
}
