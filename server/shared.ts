// SPDX-License-Identifier: AGPL-3.0-or-later
// Shared by all instances of a process, without personal data. Never closed: the gazetteer is only read.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OWN_PLACES } from '../db/reference/import-places.ts'
import { openGazetteer, type Gazetteer } from '../db/reference/places.ts'
import { loadTaxonomies } from '../db/reference/taxonomies.ts'
import { once } from './base/once.ts'
import { createAssets } from './web/assets.ts'
import { createI18n } from './text/i18n.ts'
import { createViews } from './text/render.ts'

export const sharedGazetteer = once(() => openGazetteer())

/** The towns of an instance: its own list where an official one was imported, else the shipped one. */
export function gazetteerOf(dataDir: string): Gazetteer {
  const own = join(dataDir, OWN_PLACES)
  return existsSync(own) ? openGazetteer(own) : sharedGazetteer()
}
export const sharedTaxonomies = once(loadTaxonomies)
export const sharedI18n = once(() => createI18n())
export const sharedViews = once(createViews)
export const sharedAssets = once(createAssets)
