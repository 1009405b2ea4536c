// SPDX-License-Identifier: AGPL-3.0-or-later
// Shared by all instances of a process, without personal data. Never closed: the gazetteer is only read.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { OWN_PLACES } from '../db/reference/import-places.ts'
import { addOwnPlace, removeOwnPlace } from '../db/reference/own-places.ts'
import { openGazetteer, type Gazetteer } from '../db/reference/places.ts'
import { loadTaxonomies } from '../db/reference/taxonomies.ts'
import { once } from './base/once.ts'
import type { OwnPlaces } from './deps.ts'
import { createAssets } from './web/assets.ts'
import { createI18n } from './text/i18n.ts'
import { createViews } from './text/render.ts'

export const sharedGazetteer = once(() => openGazetteer())

/** Milliseconds after which it is looked whether an instance has got a list of its own, or another one. */
const LOOK_AGAIN_MS = 1_000

/**
 * The towns of an instance: its own list where an official one was imported or a place added, else the shipped one. A
 * list that appears, or takes the place of the former one, is read within a second, in every process.
 */
export function gazetteerOf(dataDir: string): Gazetteer & OwnPlaces {
  const own = join(dataDir, OWN_PLACES)
  let [list, file, lookedAt] = [sharedGazetteer(), 0, -LOOK_AGAIN_MS]
  const current = () => {
    const now = performance.now()
    if (now - lookedAt < LOOK_AGAIN_MS) return list
    lookedAt = now
    const found = statSync(own, { throwIfNoEntry: false })?.ino ?? 0
    if (found === file) return list
    if (file !== 0) list.close()
    list = found === 0 ? sharedGazetteer() : openGazetteer(own)
    file = found
    return list
  }
  return {
    find: (code) => current().find(code),
    search: (...asked) => current().search(...asked),
    resolve: (...asked) => current().resolve(...asked),
    regions: (country) => current().regions(country),
    departments: (region) => current().departments(region),
    area: (code) => current().area(code),
    near: (...asked) => current().near(...asked),
    close: () => void (file !== 0 && list.close()),
    async add(place) {
      await addOwnPlace(dataDir, place)
      lookedAt = -LOOK_AGAIN_MS
    },
    remove: (code) => removeOwnPlace(dataDir, code),
  }
}
export const sharedTaxonomies = once(loadTaxonomies)
export const sharedI18n = once(() => createI18n())
export const sharedViews = once(createViews)
export const sharedAssets = once(createAssets)
