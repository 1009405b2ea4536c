// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Locale } from '../../text/i18n.ts'
import type { Site } from '../../text/render.ts'
import { label } from '../../public-offer/words.ts'
import { asksNothing, CODE_FILTERS, queryOf, RADII, USUAL_RADIUS, type Asked, type Ignored } from '../query.ts'
import type { Query } from '../search.ts'
import { townLabel } from '../towns.ts'
import type { CardView } from './cards.ts'

/** `look` and `lang` are '' for what the visitor prefers. */
export type Frame = { number: number; look: '' | (typeof LOOKS)[number]; lang: '' | Locale }
export const LOOKS = ['light', 'dark'] as const
export const USUAL_IN_FRAME = 10
export const MOST_IN_FRAME = 50
const NUMBERS = [3, 5, 10, 20, 50]
const NAMES: Record<Locale, string> = { fr: 'Français', 'fr-CA': 'Français (Québec)', en: 'English' }
/** Pixels; the frame scrolls when its offers need more. */
const HEIGHT = 720

type Shown = { query: Query; ignored: readonly Ignored[]; frame: Frame; total: number }

export function embedPage(view: CardView & { site: Site }, { query, ignored, frame, total }: Shown) {
  const { t, site } = view
  const { asked, where, region } = query
  const path = `/embed/offers${frameQuery(asked, frame)}`
  const [town] = where.towns
  const notes = [
    ...where.unknown.map(({ typed }) => t('search.note.unknown_town', { town: typed })),
    ...(asked.region && !region ? [t('search.note.unknown_region', { region: asked.region })] : []),
    ...ignored.map(({ value }) => t('search.note.ignored', { value })),
  ]
  return {
    title: t('search.embed.title'),
    notes,
    form: {
      values: {
        q: asked.q,
        place: town && town.code === asked.place ? townLabel(town) : asked.place,
        radius: String(asked.radius ?? USUAL_RADIUS),
        cause: asked.cause,
        number: String(frame.number),
        look: frame.look,
        lang: frame.lang,
      },
    },
    radii: RADII.map((km) => ({ value: String(km), label: t('search.filter.km', { km }) })),
    causes: view.taxonomies
      .list('cause')
      .map(({ code }) => ({ value: code, label: label(view, CODE_FILTERS.cause, code) })),
    numbers: NUMBERS.map((number) => ({ value: String(number), label: t.number(number) })),
    looks: ['', ...LOOKS].map((value) => ({ value, label: t(`search.embed.look.${(value || 'visitor') as 'light'}`) })),
    languages: [
      { value: '', label: t('search.embed.language.visitor') },
      ...(site.locales as Locale[]).map((value) => ({ value, label: NAMES[value] })),
    ],
    frame: path,
    height: HEIGHT,
    count: asksNothing(asked) ? t.n('search.heading.all', total) : t.n('search.heading.found', total),
    snippet: snippetOf(String(site.publicUrl) + path, t('search.embed.frame_title', { name: site.name })),
  }
}

/** The search, then what only a frame has. */
function frameQuery(asked: Asked, { number, look, lang }: Frame): string {
  const own = new URLSearchParams({
    ...(number !== USUAL_IN_FRAME && { number: String(number) }),
    ...(look && { look }),
    ...(lang && { lang }),
  }).toString()
  const search = queryOf(asked, { sort: null }).slice(1)
  const all = [search, own].filter(Boolean).join('&')
  return all && `?${all}`
}

const quoted = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Needs no script; a browser without frames shows the link. */
const snippetOf = (address: string, title: string): string =>
  `<iframe src="${quoted(address)}" title="${quoted(title)}" width="100%" height="${HEIGHT}" loading="lazy" style="border:0"><a href="${quoted(address)}">${quoted(title)}</a></iframe>`
