// SPDX-License-Identifier: AGPL-3.0-or-later
// What a chat or a network shows of a page whose address is passed on (Open Graph, https://ogp.me).
import { shortened } from '../base/cut.ts'
import type { Site } from '../text/render.ts'
import type { Translator } from '../text/i18n.ts'

/** Characters; what shows them cuts longer ones by itself, and not between words. */
const LONGEST = 200

/** @param page.path of this site: the address that is passed on, and the picture, are never of another host. */
export function previewOf(
  t: Translator,
  site: Site,
  { title, description, path }: { title: string; description: string; path: string },
) {
  const logo = site.logo as { url: string; alt: string } | null
  const origin = String(site.publicUrl)
  return {
    title,
    description: shortened(description.replaceAll(/\s+/g, ' ').trim(), LONGEST),
    url: origin + path,
    locale: { fr: 'fr_FR', 'fr-CA': 'fr_CA', en: 'en_GB' }[t.locale as 'fr'] ?? 'fr_FR',
    picture: logo && { url: origin + logo.url, alt: logo.alt || site.name },
  }
}
