// SPDX-License-Identifier: AGPL-3.0-or-later
// Shared by all instances of a process, without personal data. Never closed: the gazetteer is only read.
import { openGazetteer } from '../db/reference/places.ts'
import { loadTaxonomies } from '../db/reference/taxonomies.ts'
import { once } from './base/once.ts'
import { createAssets } from './web/assets.ts'
import { createI18n } from './text/i18n.ts'
import { createViews } from './text/render.ts'

export const sharedGazetteer = once(() => openGazetteer())
export const sharedTaxonomies = once(loadTaxonomies)
export const sharedI18n = once(() => createI18n())
export const sharedViews = once(createViews)
export const sharedAssets = once(createAssets)
