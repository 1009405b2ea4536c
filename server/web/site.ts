// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import type { WaitingCounts } from '../../db/queries/waiting.ts'
import { findAssociation, homeOf, timeZoneOf, type AssociationRow } from '../../db/queries/association.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { LOCALES, type Locale, type Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import type { Site } from '../text/render.ts'
import type { Right } from '../model/rights.ts'
import { hasRight, hasSomewhere, type Viewer } from '../model/viewer.ts'
import { telephoneLink } from '../model/telephone.ts'
import { hasDesk } from './access.ts'

const NAMES = { fr: 'Français', 'fr-CA': 'Français (Québec)', en: 'English' } as const

/** @param row undefined before the association is set up. */
export function siteOf(row: AssociationRow | undefined, t: Translator, publicUrl: string): Site {
  const locales = LOCALES.filter((locale) => (row?.locales ?? ['fr', 'en']).includes(locale))
  const lang = t.locale === 'en' ? 'en' : 'fr'
  return {
    name: row?.name ?? 'Mainforte',
    kind: row?.kind ?? 'association',
    isSetUp: row !== undefined,
    theme: row?.theme ?? '',
    logo: row?.logo_id ? { url: `/media/${row.logo_id}`, alt: row.logo_alt } : null,
    phone: row?.contact_phone
      ? {
          display: row.contact_phone,
          href: telephoneLink(row.contact_phone),
          who: row.contact_name,
          hours: row.contact_hours.replaceAll(/(\d) h\b/g, '$1\u00a0h'),
        }
      : null,
    email: row?.contact_email ?? '',
    host: row?.host_name ?? '',
    locale: t.locale,
    lang: t.locale === 'fr-CA' ? 'fr-CA' : lang,
    currency: row?.currency ?? 'EUR',
    timeZone: timeZoneOf(row),
    ...homeOf(row),
    locales,
    otherLanguages: locales
      .filter((locale) => locale !== t.locale && (locale === 'en' || lang === 'en'))
      .map((locale) => ({ locale, name: NAMES[locale], lang: locale })),
    publicUrl,
  }
}

type Entry = {
  href: string
  key: MessageKey
  /** For whom: whoever has one of these rights. */
  who: readonly Right[] | 'everybody' | 'volunteers' | 'desk'
  /** Also for one project or team. */
  somewhere?: Right
  only?: 'centre' | 'association'
  /** What waits there is counted beside its name. */
  waiting?: keyof WaitingCounts
}
const AREAS: Entry[] = [
  { href: '/work', key: 'nav.work', who: 'desk' },
  { href: '/offers', key: 'nav.search', who: 'everybody' },
  { href: '/my/hours', key: 'nav.my_hours', who: 'volunteers', waiting: 'questions' },
  { href: '/work/offers', key: 'nav.offers', who: ['offers'], only: 'association' },
  {
    href: '/work/applications',
    key: 'nav.applications',
    who: ['offers'],
    only: 'association',
    waiting: 'applications',
  },
  { href: '/work/enquiries', key: 'nav.enquiries', who: ['offers'], waiting: 'enquiries' },
  { href: '/work/hours', key: 'nav.hours', who: ['see_hours'], somewhere: 'see_hours', waiting: 'hours' },
  { href: '/work/hours/settings', key: 'nav.hours', who: ['categories', 'levels'] },
  { href: '/work/hours/projects', key: 'nav.hours', who: ['projects'] },
  { href: '/work/people', key: 'nav.people', who: ['see_people'], somewhere: 'see_people' },
  { href: '/moderation', key: 'nav.moderation', who: ['moderation'], only: 'centre', waiting: 'moderation' },
  { href: '/partners', key: 'nav.partners', who: ['moderation', 'association'], waiting: 'requests' },
  { href: '/work/statistics', key: 'nav.statistics', who: ['offers'], only: 'association' },
  { href: '/statistics', key: 'nav.statistics', who: ['moderation'], only: 'centre' },
  { href: '/settings', key: 'nav.settings', who: ['association'] },
  { href: '/settings/roles', key: 'nav.settings', who: ['roles'] },
]

/** Where somebody is after the sign-in: the page of what waits, for whoever has one. */
export const landing = (viewer: Viewer): string => (hasDesk(viewer) ? '/work' : '/my')

/** Marks the current one. Of pages with the same name, only the first has a link. @param counts of whoever is signed in. */
export function navigation(viewer: Viewer, site: Site, path: string, t: Translator, counts?: WaitingCounts) {
  const isHere = (href: string) => path === href || (href !== '/work' && path.startsWith(`${href}/`))
  const waitingAt = (pages: Entry[]) => (counts && pages[0]?.waiting ? counts[pages[0].waiting] : 0)
  const isFor = ({ who, somewhere }: Entry) => {
    if (who === 'everybody') return true
    if (who === 'desk') return hasDesk(viewer)
    if (who === 'volunteers') return viewer.isVolunteer
    return hasRight(viewer, ...who) || (somewhere !== undefined && hasSomewhere(viewer, somewhere))
  }
  const open = AREAS.filter((entry) => {
    const kindFits = !entry.only || site.kind === 'both' || site.kind === entry.only
    return kindFits && isFor(entry)
  })
  return [...Map.groupBy(open, ({ key }) => key)].map(([key, pages]) => ({
    href: pages[0]!.href,
    label: t(key),
    current: pages.some(({ href }) => isHere(href)),
    waiting: waitingAt(pages),
    count: shownCount(waitingAt(pages)),
  }))
}

/** What stands beside a word of the menu: nothing for 0, « 99+ » for more than 99. */
export const shownCount = (waiting: number) => (waiting > 99 ? '99+' : waiting || '')

/** @param locale instead of the visitor's own. */
export async function readSite(deps: Deps, req: Request, locale?: Locale): Promise<AssociationRow | undefined> {
  const row = await findAssociation(deps.db)
  const today = dateIn(timeZoneOf(row), deps.clock.now())
  req.t = deps.i18n.for(locale ?? chooseLocale(req, row), row?.time_zone, today)
  req.site = siteOf(row, req.t, deps.config.publicUrl)
  return row
}

function chooseLocale(req: Request, row: AssociationRow | undefined) {
  const offered = row?.locales ?? [...LOCALES]
  const kept = req.session.get('locale')
  const known = LOCALES.find((locale) => locale === kept)
  if (known) return known
  const asked = req.acceptsLanguages()
  for (const tag of asked) {
    const short = tag.toLowerCase()
    if (short === '*') break
    const match =
      short === 'fr-ca' ? 'fr-CA' : short.startsWith('fr') ? 'fr' : short.startsWith('en') ? 'en' : undefined
    // An association in Québec uses Québec French for every reader of French.
    if (match === 'fr' && row?.locale === 'fr-CA') return 'fr-CA'
    if (match && (offered.includes(match) || match === 'fr-CA')) return match
  }
  return row?.locale ?? 'fr'
}
